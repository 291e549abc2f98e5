/**
 * Many JSON documents in one parameter, one on each line: JSON never contains a line's end as it is. An array of them would
 * be escaped once more, quote by quote; inside of one document PostgreSQL would read each of them three times. None of
 * them may be undefined; null stays JSON's null, which is not SQL's.
 */
export const documents = (all: readonly unknown[]): string => all.map((one) => JSON.stringify(one)).join('\n')

/** The same in SQL, as an array of text. */
export const documentsIn = (parameter: number): string => `string_to_array($${parameter}, E'\\n')`
