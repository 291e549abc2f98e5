import type { Readable } from 'node:stream'

/** Undefined: there is more than that. The rest is not fetched. Rejects only when the stream does. */
export async function readAtMost(input: Buffer | Readable, maxBytes: number): Promise<Buffer | undefined> {
  if (Buffer.isBuffer(input)) return input.length > maxBytes ? undefined : input
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk))
    size += chunk.length
    if (size > maxBytes) return undefined
  }
  return Buffer.concat(chunks)
}
