import type { EntitySchemaColumnOptions, InsertResult } from 'typeorm'

/** pg hands a bigint over as text; ours are counters, far below 2^53. */
const counter = {
  from: (stored: string | null) => (stored === null ? null : Number(stored)),
  to: (value: unknown) => value,
}

/** Columns by what they hold; the name in the database is snake_case. */
export const column = {
  identity: { type: 'bigint', primary: true, generated: 'increment', transformer: counter },
  text: (name: string) => ({ type: 'text', name }),
  optionalText: (name: string) => ({ type: 'text', name, nullable: true }),
  reference: (name: string) => ({ type: 'bigint', name, transformer: counter }),
  optionalReference: (name: string) => ({ type: 'bigint', name, nullable: true, transformer: counter }),
  moment: (name: string) => ({ type: 'timestamptz', name }),
  optionalMoment: (name: string) => ({ type: 'timestamptz', name, nullable: true }),
  integer: (name: string) => ({ type: 'integer', name }),
  degrees: (name: string) => ({ type: 'double precision', name, nullable: true }),
  flag: (name: string) => ({ type: 'boolean', name }),
  json: (name: string) => ({ type: 'jsonb', name }),
} as const satisfies Record<string, EntitySchemaColumnOptions | ((name: string) => EntitySchemaColumnOptions)>

/** The number that the database gave to the row just inserted: TypeORM leaves it as pg hands it over. */
export const newId = <Id extends number>({ identifiers }: InsertResult): Id =>
  Number(identifiers[0]?.id) as Id
