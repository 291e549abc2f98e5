/** One part of a `multipart/form-data` body (RFC 7578); a file is a part with a name of its own or a type. */
export interface Part {
  name: string
  fileName?: string
  mime?: string
  bytes: Buffer
}

const BLANK_LINE = Buffer.from('\r\n\r\n')

/**
 * A parameter of a header, quoted or not. grammY writes `filename=verbale già letto.pdf` just so, which
 * Telegram takes and stricter readers (Node's own, busboy) throw away with the file.
 */
function parameter(header: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}=(?:"((?:\\\\.|[^"])*)"|([^;\\r\\n]*))`, 'i').exec(header)
  return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2]?.trim()
}

function headerOf(head: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(head)?.[1]
}

/**
 * The parts of a body that is there as a whole, or `undefined` if it is no such body. The bytes of the parts
 * are views of the body, not copies.
 */
export function partsOf(body: Buffer, contentType: string): Part[] | undefined {
  const boundary = parameter(contentType, 'boundary')
  if (!boundary) return undefined
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const first = delimiter.subarray(2)
  if (body.indexOf(first) !== 0) return undefined
  const parts: Part[] = []
  let at = first.length
  // after a delimiter comes a line break and a part, or two hyphens and the end
  while (body[at] === 0x0d) {
    const headEnd = body.indexOf(BLANK_LINE, at)
    const end = body.indexOf(delimiter, headEnd + 2)
    if (headEnd < 0 || end < 0) return undefined
    const head = body.toString('utf8', at, headEnd)
    const disposition = headerOf(head, 'content-disposition') ?? ''
    parts.push({
      name: parameter(disposition, 'name') ?? '',
      fileName: parameter(disposition, 'filename'),
      mime: headerOf(head, 'content-type')?.trim(),
      bytes: body.subarray(headEnd + BLANK_LINE.length, end),
    })
    at = end + delimiter.length
  }
  return parts
}
