import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import sharp from 'sharp'
import { checkVoice } from '../../../src/media/check-voice.js'
import { examine } from '../../../src/media/examine.js'

const RECORDED = readFileSync(new URL('../../../src/channels/simulator/page/voice.ogg', import.meta.url))
const letters = (...parts: (string | number[] | Buffer)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  )

/** An Ogg page with one packet. */
const ogg = (packet: string) =>
  letters('OggS', [0, 2], Array<number>(20).fill(0), [1], [packet.length], packet)
const ftyp = (brand: string) => letters([0, 0, 0, 24], 'ftyp', brand, [0, 0, 2, 0], 'isommp42')
/** An ID3v2.4 tag with so many bytes in it. */
const id3 = (length: number) =>
  letters('ID3', [4, 0, 0], [0, 0, length >> 7, length & 0x7f], Array<number>(length).fill(0))
const FRAME = [0xff, 0xfb, 0x90, 0x64]

test.each([
  ['a voice message as messengers record it', RECORDED, 'ogg'],
  ['Opus in Ogg', ogg('OpusHead\u0001'), 'ogg'],
  ['M4A', ftyp('M4A '), 'm4a'],
  ['MP3', letters(FRAME), 'mp3'],
  ['MP3 behind a tag', letters(id3(300), FRAME), 'mp3'],
  ['MP3 of MPEG 2', letters([0xff, 0xf3, 0x40, 0xc0]), 'mp3'],
  ['Vorbis in Ogg', ogg('\u0001vorbis'), undefined],
  ['a film in Ogg', ogg('\u0080theora'), undefined],
  ['Ogg that breaks off', letters('OggS'), undefined],
  ['a film in MP4', ftyp('isom'), undefined],
  ['a picture in HEIC', ftyp('heic'), undefined],
  ['WAV', letters('RIFF', [36, 0, 0, 0], 'WAVEfmt '), undefined],
  ['AAC without a box', letters([0xff, 0xf1, 0x50, 0x80]), undefined],
  ['MPEG layer II', letters([0xff, 0xfd, 0x90, 0x64]), undefined],
  ['a bit rate that does not exist', letters([0xff, 0xfb, 0xf0, 0x64]), undefined],
  ['a sampling rate that does not exist', letters([0xff, 0xfb, 0x9c, 0x64]), undefined],
  ['a tag without music', id3(300), undefined],
  ['a tag before a text', letters(id3(5), 'Buongiorno'), undefined],
  ['JPEG', letters([0xff, 0xd8, 0xff, 0xe0]), undefined],
  ['a page of HTML', letters('<html><script>'), undefined],
  ['a text in UTF-16', letters([0xff, 0xfe, 0x42, 0x00]), undefined],
  ['one byte', letters([0xff]), undefined],
  ['nothing', letters(''), undefined],
])('%s', (_, bytes, expected) => {
  expect(checkVoice(bytes)).toBe(expected)
})

describe('of what comes as a voice message', () => {
  it('every byte is kept', async () => {
    const pieces = Readable.from([RECORDED.subarray(0, 1000), RECORDED.subarray(1000)])
    expect(await examine(pieces, 'voice')).toEqual({ ok: true, bytes: RECORDED, extension: 'ogg' })
  })

  it.each([
    [
      'a picture',
      () =>
        sharp({ create: { width: 4, height: 4, channels: 3, background: '#888' } })
          .png()
          .toBuffer(),
      'not-a-voice',
    ],
    ['5 MB and a byte', async () => Buffer.concat([RECORDED], 5_000_001), 'too-large'],
  ])('%s is refused', async (_, content, why) => {
    expect(await examine(await content(), 'voice')).toEqual({ ok: false, why })
  })

  it('exactly 5 MB are taken', async () => {
    expect(await examine(Buffer.concat([RECORDED], 5_000_000), 'voice')).toMatchObject({ ok: true })
  })
})

describe('of what comes as a photo', () => {
  it('a voice is refused', async () => {
    expect(await examine(RECORDED, 'photo')).toEqual({ ok: false, why: 'not-a-picture' })
  })

  it('a plain JPEG is kept', async () => {
    const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#888' } })
      .png()
      .toBuffer()
    const examined = await examine(png, 'photo')
    if (!examined.ok) throw new Error(examined.why)
    expect([examined.extension, (await sharp(examined.bytes).metadata()).format]).toEqual(['jpg', 'jpeg'])
  })
})
