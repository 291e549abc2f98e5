import { NOISE_WA_HEADER } from '@whiskeysockets/baileys'

const LENGTH = 3

/** A frame: its length in three big-endian bytes, and the body. */
export function frame(body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(LENGTH + body.length)
  bytes.writeUIntBE(body.length, 0, LENGTH)
  bytes.set(body, LENGTH)
  return bytes
}

/**
 * Cuts what a client sends into frames; a frame and a message of the WebSocket need not end together. The first
 * bytes are an optional routing hint (`ED`, two bytes, a length of three, as many bytes) and `WA`, 6, 3.
 */
export function createFrameReader(onFrame: (body: Buffer) => void): (bytes: Uint8Array) => void {
  let unread = Buffer.alloc(0)
  let greeted = false

  /** Takes `count` bytes if they are here. */
  function take(count: number): Buffer | undefined {
    if (unread.length < count) return undefined
    const taken = unread.subarray(0, count)
    unread = unread.subarray(count)
    return taken
  }

  function greet(): boolean {
    if (unread.length < NOISE_WA_HEADER.length) return false
    if (unread.toString('latin1', 0, 2) === 'ED') {
      if (unread.length < 7) return false
      const hint = 7 + unread.readUIntBE(4, LENGTH)
      if (unread.length < hint + NOISE_WA_HEADER.length) return false
      take(hint)
    }
    if (!take(NOISE_WA_HEADER.length)?.equals(NOISE_WA_HEADER))
      throw new Error('The stream does not begin with WA, 6, 3')
    return true
  }

  return (bytes) => {
    unread = Buffer.concat([unread, bytes])
    greeted ||= greet()
    while (greeted && unread.length >= LENGTH && unread.length >= LENGTH + unread.readUIntBE(0, LENGTH)) {
      const body = take(LENGTH + unread.readUIntBE(0, LENGTH))
      if (body) onFrame(body.subarray(LENGTH))
    }
  }
}
