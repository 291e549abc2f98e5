import type { Readable } from 'node:stream'
import { SECOND } from '../kernel/clock.js'
import type { Point } from '../messaging/outbound.js'
import { readAtMost } from './read-at-most.js'

export interface Limits {
  /** Of the file as it comes. 20 MB is what a Telegram bot may fetch. */
  readonly maxBytes: number
  /** Width times height before scaling. */
  readonly maxPixels: number
  /** Longer edge of the result, pixels. */
  readonly maxEdge: number
  /** Milliseconds to unpack it. */
  readonly withinMs: number
}

/** 64 megapixels hold every phone's usual picture; unpacked that is 190 MB at worst. */
export const LIMITS: Limits = {
  maxBytes: 20_000_000,
  maxPixels: 64_000_000,
  maxEdge: 1_600,
  withinMs: 15 * SECOND,
}

export type Sanitised =
  | {
      readonly ok: true
      readonly jpeg: Buffer
      readonly width: number
      readonly height: number
      /** Where it was taken, if it said so. The JPEG does not say it any more. */
      readonly gps?: Point
    }
  | { readonly ok: false; readonly why: 'not-a-picture' | 'too-large' | 'too-many-pixels' | 'broken' }

const JPEG_QUALITY = 80

/**
 * The formats that people send, by their first bytes in hex: nothing else reaches the decoder, SVG (scripts) above
 * all. HEIC is missing because sharp comes without a decoder for it; the apps turn it into JPEG themselves.
 */
const SIGNATURES: readonly { readonly format: string; readonly bytes: RegExp }[] = [
  { format: 'jpeg', bytes: /^ffd8ff/ },
  { format: 'png', bytes: /^89504e470d0a1a0a/ },
  { format: 'gif', bytes: /^474946383[79]61/ },
  { format: 'webp', bytes: /^52494646.{8}57454250/ },
  { format: 'tiff', bytes: /^(49492a00|4d4d002a)/ },
  { format: 'heif', bytes: /^.{8}6674797061766966/ }, // ftyp avif
]

const load = async () => {
  const [{ default: sharp }, { default: exifr }] = await Promise.all([import('sharp'), import('exifr')])
  return [sharp, exifr] as const
}
let decoders: ReturnType<typeof load> | undefined

/** Loads what reads pictures when the first one comes: 20 MB of memory that a process without pictures does not need. */
export async function loadDecoders(): ReturnType<typeof load> {
  decoders ??= load()
  try {
    return await decoders
  } catch (error) {
    decoders = undefined
    throw error
  }
}

/**
 * Makes a plain JPEG of whatever picture comes: upright, at most `maxEdge` pixels, sRGB, without any metadata;
 * of an animation or a document the first page. Only where it was taken is read before. What is no picture, or
 * a trap, is a value. Rejects only when the stream does (the download broke: try again), or where
 * the decoders cannot be loaded: no picture's fault.
 */
export async function sanitise(input: Buffer | Readable, limits: Limits = LIMITS): Promise<Sanitised> {
  const bytes = await readAtMost(input, limits.maxBytes)
  if (!bytes) return { ok: false, why: 'too-large' }
  const head = bytes.toString('hex', 0, 16)
  const format = SIGNATURES.find((signature) => signature.bytes.test(head))?.format
  if (!format) return { ok: false, why: 'not-a-picture' }
  const [sharp, exifr] = await loadDecoders()
  const options = {
    limitInputPixels: limits.maxPixels,
    sequentialRead: true,
    failOn: 'error',
    pages: 1,
  } as const
  try {
    const header = await sharp(bytes, { ...options, limitInputPixels: false }).metadata()
    if (header.format !== format) return { ok: false, why: 'not-a-picture' }
    if (header.width * header.height > limits.maxPixels) return { ok: false, why: 'too-many-pixels' }
    const { data, info } = await sharp(bytes, options)
      .timeout({ seconds: Math.ceil(limits.withinMs / SECOND) })
      .autoOrient()
      .resize({ width: limits.maxEdge, height: limits.maxEdge, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .jpeg({ quality: JPEG_QUALITY })
      .toBuffer({ resolveWithObject: true })
    const gps = placeIn(await exifr.gps(bytes).catch(() => undefined))
    return { ok: true, jpeg: data, width: info.width, height: info.height, ...(gps && { gps }) }
  } catch {
    // Also what took too long to unpack. The decoder's words help nobody who sent a picture.
    return { ok: false, why: 'broken' }
  }
}

/** Only a place that can be: cameras without a fix write 0/0, or nothing that is a number. */
function placeIn(found: { latitude: number; longitude: number } | undefined): Point | undefined {
  if (!found) return undefined
  const { latitude: lat, longitude: lon } = found
  const plausible = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && !(lat === 0 && lon === 0)
  return plausible ? { lat, lon } : undefined
}
