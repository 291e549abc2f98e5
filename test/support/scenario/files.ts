import { readFileSync } from 'node:fs'
import sharp from 'sharp'

const PAGE = new URL('../../../src/channels/simulator/page/', import.meta.url)
const KINDS = ['pothole', 'lamp', 'bin', 'tree', 'drain'] as const

/** Different pictures, one after the other. */
export const photos = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) =>
    readFileSync(new URL(`photos/${KINDS[index % KINDS.length]}.jpg`, PAGE)),
  )

/** Somebody tells of a pothole. */
export const voice = (): Buffer => readFileSync(new URL('voice.ogg', PAGE))

/** A picture that says where it was taken: in Fossano, 44.5497 7.7237. */
export const photoWithPlace = (): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: '#888' } })
    .withExif({
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '44/1 32/1 5892/100',
        GPSLongitudeRef: 'E',
        GPSLongitude: '7/1 43/1 2532/100',
      },
    })
    .jpeg()
    .toBuffer()
