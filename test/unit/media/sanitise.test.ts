import { Readable } from 'node:stream'
import sharp from 'sharp'
import { LIMITS, sanitise } from '../../../src/media/sanitise.js'
import { hugePng, scriptedPhoto } from '../../support/odd-pictures.js'

const FOSSANO = { lat: 44.5497, lon: 7.7247 }

/** A picture whose left half is red and right half is blue. */
const halves = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#0000ff' } }).composite([
    {
      input: { create: { width: width / 2, height, channels: 3, background: '#ff0000' } },
      left: 0,
      top: 0,
    },
  ])

/** EXIF wants degrees, minutes and seconds as fractions. */
const dms = (degrees: number) => {
  const seconds = Math.round(Math.abs(degrees) * 3600 * 100)
  return `${Math.floor(seconds / 360000)}/1 ${Math.floor((seconds % 360000) / 6000)}/1 ${seconds % 6000}/100`
}
const gpsExif = ({ lat, lon }: { lat: number; lon: number }) => ({
  IFD0: { Make: 'Telefono', Artist: 'Anna Rossi' },
  IFD3: {
    GPSLatitudeRef: lat < 0 ? 'S' : 'N',
    GPSLatitude: dms(lat),
    GPSLongitudeRef: lon < 0 ? 'W' : 'E',
    GPSLongitude: dms(lon),
  },
})

const jpegAt = (place: { lat: number; lon: number }) =>
  halves(400, 300).withExif(gpsExif(place)).jpeg().toBuffer()

/** The result, or a test that fails saying why. */
async function accepted(input: Buffer | Readable) {
  const result = await sanitise(input)
  if (!result.ok) throw new Error(`refused: ${result.why}`)
  return { ...result, header: await sharp(result.jpeg).metadata() }
}

test('a photo keeps its picture and tells where it was taken, but carries nothing else any more', async () => {
  const photo = await jpegAt(FOSSANO)
  expect(photo.includes('Anna Rossi')).toBe(true)
  const { jpeg, gps, width, height, header } = await accepted(photo)
  expect(gps?.lat).toBeCloseTo(FOSSANO.lat, 4)
  expect(gps?.lon).toBeCloseTo(FOSSANO.lon, 4)
  expect([width, height, header.format]).toEqual([400, 300, 'jpeg'])
  expect([header.exif, header.xmp, header.iptc, header.icc]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  expect(jpeg.includes('Anna Rossi')).toBe(false)
})

test('south and west are negative', async () => {
  const { gps } = await accepted(await jpegAt({ lat: -33.9, lon: -70.5 }))
  expect(gps?.lat).toBeCloseTo(-33.9, 4)
  expect(gps?.lon).toBeCloseTo(-70.5, 4)
})

test('a camera without a fix (0/0) was nowhere', async () => {
  expect(await accepted(await jpegAt({ lat: 0, lon: 0 }))).not.toHaveProperty('gps')
})

test('a place that cannot be is none', async () => {
  expect(await accepted(await jpegAt({ lat: 95, lon: 7 }))).not.toHaveProperty('gps')
})

test('what the camera held on its side is turned upright', async () => {
  const sideways = await halves(400, 200).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  const { jpeg, width, height, header } = await accepted(sideways)
  expect([width, height, header.orientation]).toEqual([200, 400, undefined])
  const top = await sharp(jpeg).extract({ left: 50, top: 10, width: 1, height: 1 }).raw().toBuffer()
  expect(top[0]).toBeGreaterThan(200)
})

test('a large picture is scaled to 1,600 pixels, a small one stays', async () => {
  const large = await accepted(await halves(4000, 1000).jpeg().toBuffer())
  expect([large.width, large.height]).toEqual([1600, 400])
  const small = await accepted(await halves(10, 4).jpeg().toBuffer())
  expect([small.width, small.height]).toEqual([10, 4])
})

test.each(['png', 'webp', 'gif', 'tiff', 'avif'] as const)('%s becomes JPEG', async (format) => {
  const { header } = await accepted(await halves(64, 48).toFormat(format).toBuffer())
  expect([header.format, header.width, header.height]).toEqual(['jpeg', 64, 48])
})

test('of an animation the first picture is taken', async () => {
  const frame = (background: string) =>
    sharp({ create: { width: 40, height: 30, channels: 3, background } })
      .png()
      .toBuffer()
  const frames = await Promise.all(['#ff0000', '#00ff00', '#0000ff'].map(frame))
  const gif = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer()
  expect((await sharp(gif).metadata()).pages).toBe(3)
  const { jpeg, width, height } = await accepted(gif)
  expect([width, height]).toEqual([40, 30])
  const [red, green] = await sharp(jpeg).extract({ left: 5, top: 5, width: 1, height: 1 }).raw().toBuffer()
  expect(red).toBeGreaterThan(200)
  expect(green).toBeLessThan(50)
})

test('the colours of a wide-gamut phone become sRGB, and stay what they look like', async () => {
  const photo = await halves(40, 30).withIccProfile('p3').jpeg({ chromaSubsampling: '4:4:4' }).toBuffer()
  const [stored] = await sharp(photo)
    .extract({ left: 5, top: 5, width: 1, height: 1 })
    .keepIccProfile()
    .raw()
    .toBuffer()
  expect(stored).toBeLessThan(245)
  const { jpeg, header } = await accepted(photo)
  expect(header.icc).toBeUndefined()
  const [red, green] = await sharp(jpeg).extract({ left: 5, top: 5, width: 1, height: 1 }).raw().toBuffer()
  expect(red).toBeGreaterThan(245)
  expect(green).toBeLessThan(15)
})

test('what is transparent is white, not black', async () => {
  const clear = sharp({
    create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  })
  const { jpeg } = await accepted(await clear.png().toBuffer())
  expect((await sharp(jpeg).stats()).channels.map(({ min }) => min)).toEqual([255, 255, 255])
})

test('a script in the metadata or behind the picture is gone', async () => {
  const loaded = await scriptedPhoto()
  expect(loaded.toString('latin1').split('<script>')).toHaveLength(4)
  const { jpeg } = await accepted(loaded)
  expect(jpeg.includes('script')).toBe(false)
})

test.each([
  ['a text called .jpg', Buffer.from('Buongiorno, la buca è sempre lì')],
  ['nothing', Buffer.alloc(0)],
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script/></svg>')],
  ['an SVG with an XML head', Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ')],
  ['a video', Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1')],
])('%s is no picture', async (_, bytes) => {
  expect(await sanitise(bytes)).toEqual({ ok: false, why: 'not-a-picture' })
})

test.each(['jpeg', 'png', 'webp'] as const)('half a %s is broken', async (format) => {
  const noise = sharp({
    create: {
      width: 300,
      height: 300,
      channels: 3,
      background: '#000000',
      noise: { type: 'gaussian', mean: 120, sigma: 40 },
    },
  })
  const whole = await noise.toFormat(format).toBuffer()
  expect(await sanitise(whole.subarray(0, whole.length / 2))).toEqual({ ok: false, why: 'broken' })
})

test('the first bytes of a picture and then rubbish are broken', async () => {
  const rubbish = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(500, 7)])
  expect(await sanitise(rubbish)).toEqual({ ok: false, why: 'broken' })
})

test('a bomb of 30,000 x 30,000 pixels is refused without being unpacked', async () => {
  const bomb = hugePng(30_000, 30_000)
  expect(bomb.length).toBeLessThan(200_000)
  const memory = process.memoryUsage().rss
  expect(await sanitise(bomb)).toEqual({ ok: false, why: 'too-many-pixels' })
  expect(process.memoryUsage().rss - memory).toBeLessThan(50_000_000)
})

test('the same kind of file within the limit is a picture', async () => {
  const { width, height } = await accepted(hugePng(3_000, 2_000))
  expect([width, height]).toEqual([1600, 1067])
})

test('a file above the limit is refused; a stream is not read on', async () => {
  const limits = { ...LIMITS, maxBytes: 1_000 }
  expect(await sanitise(Buffer.alloc(1_001), limits)).toEqual({ ok: false, why: 'too-large' })
  let sent = 0
  const endless = new Readable({
    read() {
      sent += 100
      this.push(Buffer.alloc(100))
    },
    highWaterMark: 100,
  })
  expect(await sanitise(endless, limits)).toEqual({ ok: false, why: 'too-large' })
  expect(endless.destroyed).toBe(true)
  expect(sent).toBeLessThan(3_000)
})

test('a stream is as good as a buffer', async () => {
  const photo = await jpegAt(FOSSANO)
  const { gps } = await accepted(Readable.from([photo.subarray(0, 100), photo.subarray(100)]))
  expect(gps?.lat).toBeCloseTo(FOSSANO.lat, 4)
})

test('a download that breaks is the caller’s to try again, not a broken picture', async () => {
  const breaking = new Readable({
    read() {
      this.destroy(new Error('connection lost'))
    },
  })
  await expect(sanitise(breaking)).rejects.toThrow('connection lost')
})
