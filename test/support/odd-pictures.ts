import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/** A PNG in grey whose rows are all zero: small to send, large to unpack. With fewer `rows` it is made sooner. */
export function hugePng(width: number, height: number, rows = height): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.length, 0)
    frame.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 1 // bit per pixel
  const content = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * rows))
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', content),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A photo with a script as its title, in its XMP, and behind its last byte. */
export async function scriptedPhoto(): Promise<Buffer> {
  const script = '<script>alert(1)</script>'
  const photo = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#c06010' } })
    .withXmp(`<?xpacket?><x:xmpmeta xmlns:x="adobe:ns:meta/">${script}</x:xmpmeta>`)
    .withExif({ IFD0: { ImageDescription: script } })
    .jpeg()
    .toBuffer()
  return Buffer.concat([photo, Buffer.from(script)])
}
