/**
 * The value as Postgres can keep it: neither the character NUL nor half of a surrogate pair is text there
 * (PostgreSQL, "JSON Types"). Without it one such message would stop its chat for good.
 */
export const storable = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === 'string' ? part.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\uFFFD') : part,
  )
