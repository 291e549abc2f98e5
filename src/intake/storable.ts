/** How JSON writes what Postgres cannot keep; a backslash that somebody typed looks so too, and costs a closer look. */
const SUSPECT = /\\u(?:0000|d[89a-f])/

/**
 * The value as Postgres can keep it: neither the character NUL nor half of a surrogate pair is text there
 * (PostgreSQL, "JSON Types"). Without it one such message would stop its chat for good.
 */
export function storable<T>(value: T): T {
  const json = JSON.stringify(value)
  if (!SUSPECT.test(json)) return value
  return JSON.parse(json, (_, part) =>
    typeof part === 'string' ? part.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\uFFFD') : part,
  )
}
