import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import {
  getMediaKeys,
  getUrlFromDirectPath,
  type MediaDecryptionKeyInfo,
  proto,
} from '@whiskeysockets/baileys'
import { MINUTE, SECOND } from '../../../kernel/clock.js'
import { MediaUnavailable } from '../../../messaging/channel.js'
import { MAX_MEDIA_BYTES } from './capabilities.js'
import type { Connection } from './connection.js'
import type { WhereMedia } from './media-ref.js'

const ANSWER_TIMEOUT_MS = 15 * SECOND
const CONTENT_TIMEOUT_MS = 2 * MINUTE
/** The phone must be on and have the picture still. */
const PHONE_TIMEOUT_MS = 30 * SECOND
const MAC_BYTES = 10

const GONE = new Set([403, 404, 410])

export interface DownloadDeps {
  connection(): Connection | undefined
  /** Files may lie on this machine: only where WhatsApp itself does (tests). */
  readonly loopback: boolean
}

/** The address is what the sender's app wrote: only WhatsApp's own servers are asked. */
function addressOf({ url, directPath }: Pick<WhereMedia, 'url' | 'directPath'>, loopback: boolean): string {
  if (loopback && url && new URL(url).hostname === '127.0.0.1') return url
  if (directPath?.startsWith('/')) return getUrlFromDirectPath(directPath)
  const { protocol, hostname } = new URL(url ?? '')
  if (protocol === 'https:' && hostname.endsWith('.whatsapp.net') && url) return url
  throw new MediaUnavailable('the file lies where WhatsApp keeps none')
}

async function ask(address: string): Promise<Response> {
  const answer = fetch(address, {
    headers: { origin: 'https://web.whatsapp.com' },
    redirect: 'error',
    signal: AbortSignal.timeout(CONTENT_TIMEOUT_MS),
  })
  const late = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
  const tooLate = new Promise<never>((_, reject) => {
    late.addEventListener('abort', () => reject(new Error('late')), { once: true })
  })
  return Promise.race([answer, tooLate]).catch(() => {
    throw new Error('the file cannot be fetched: WhatsApp is not reachable')
  })
}

/** Opens the file as it comes; what was tampered with ends in an error. */
function opened(content: Readable, { iv, cipherKey, macKey }: MediaDecryptionKeyInfo): Readable {
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv)
  const mac = createHmac('sha256', macKey ?? Buffer.alloc(0)).update(iv)
  let held: Buffer = Buffer.alloc(0)
  let bytes = 0
  const output = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length
      if (bytes > MAX_MEDIA_BYTES + MAC_BYTES + 16) return done(new MediaUnavailable('the file is too large'))
      // the last ten bytes are no content, and nobody knows which are the last before the end
      const all = Buffer.concat([held, chunk])
      const sealed = all.subarray(0, Math.max(0, all.length - MAC_BYTES))
      held = Buffer.from(all.subarray(sealed.length))
      mac.update(sealed)
      done(null, decipher.update(sealed))
    },
    flush(done) {
      const right = mac.digest().subarray(0, MAC_BYTES)
      if (held.length !== MAC_BYTES || !timingSafeEqual(held, right))
        return done(new Error('the file is not as it was sent'))
      try {
        done(null, decipher.final())
      } catch {
        done(new Error('the file is not as it was sent'))
      }
    },
  })
  // an error of the one ends the other
  pipeline(content, output).catch(() => undefined)
  return output
}

/** WhatsApp keeps files for some weeks; the phone that sent them can bring them again. */
async function askPhone(where: WhereMedia, line: Connection | undefined): Promise<WhereMedia> {
  if (!line)
    throw new Error('the file is gone from WhatsApp, and nobody is connected who could ask the phone')
  const part = {
    mediaKey: Buffer.from(where.mediaKey, 'base64'),
    url: where.url,
    directPath: where.directPath,
  }
  const message = {
    key: { remoteJid: where.from, fromMe: false, id: where.message },
    message: proto.Message.fromObject({ [`${where.type}Message`]: part }),
  }
  const late = new Promise<never>((_, reject) => {
    AbortSignal.timeout(PHONE_TIMEOUT_MS).addEventListener('abort', () => reject(new Error('late')), {
      once: true,
    })
  })
  try {
    const { message: content } = await Promise.race([line.socket.updateMediaMessage(message), late])
    const found = content?.[`${where.type}Message`]
    return { ...where, url: found?.url ?? undefined, directPath: found?.directPath ?? undefined }
  } catch {
    throw new MediaUnavailable('the file is gone from WhatsApp, and the phone does not bring it again')
  }
}

/** Opens a file that was sent to us. Errors name neither its address nor its key. */
export async function download(where: WhereMedia, { connection, loopback }: DownloadDeps): Promise<Readable> {
  let response = await ask(addressOf(where, loopback))
  if (GONE.has(response.status)) {
    await response.body?.cancel()
    response = await ask(addressOf(await askPhone(where, connection()), loopback))
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel()
    if (GONE.has(response.status)) throw new MediaUnavailable('the file is gone from WhatsApp')
    throw new Error(`WhatsApp did not give the file (${response.status})`)
  }
  const keys = await getMediaKeys(Buffer.from(where.mediaKey, 'base64'), where.type)
  return opened(Readable.fromWeb(response.body as ReadableStream), keys)
}
