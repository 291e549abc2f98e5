import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AwsClient } from 'aws4fetch'
import { SECOND } from '../kernel/clock.js'
import type { MediaStore } from '../messaging/media-store.js'
import { checkedMediaKey, mediaKeyOf, missingMedia } from './media-key.js'

export interface S3Settings {
  /** `https://s3.example.org`; the bucket goes into the path. */
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const ATTEMPTS = 4
const FIRST_PAUSE_MS = 100
const ANSWER_WITHIN_MS = 30 * SECOND

/** S3's own words for it: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const HINTS: Readonly<Record<string, string>> = {
  NoSuchBucket: 'Create the bucket, or put S3_BUCKET right.',
  InvalidAccessKeyId: 'S3_ACCESS_KEY_ID is not known there.',
  SignatureDoesNotMatch: 'S3_SECRET_ACCESS_KEY is wrong.',
  AuthorizationHeaderMalformed: 'S3_REGION is probably wrong.',
  AccessDenied: 'The key may not do this in this bucket.',
  RequestTimeTooSkewed: "This machine's clock is wrong.",
}

/**
 * Media in a bucket. Busy and unreachable servers are asked four times within about a second; what remains
 * rejects with a sentence that says what was refused and what would be right, and names no secret.
 */
export function s3Store(settings: S3Settings): MediaStore {
  const { endpoint, bucket, region, accessKeyId, secretAccessKey } = settings
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 })
  const base = `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}`

  async function once(method: string, key: string, body?: Buffer): Promise<Response> {
    const content = createHash('sha256').update(body ?? '')
    return client.fetch(`${base}/${key}`, {
      method,
      headers: { 'x-amz-content-sha256': content.digest('hex') },
      body: body && new Uint8Array(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
  }

  /** The answer, and its content read within the same attempt: a connection can break there too. */
  async function ask(
    method: string,
    key: string,
    body?: Buffer,
  ): Promise<{ status: number; content: Buffer }> {
    checkedMediaKey(key)
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await once(method, key, body)
        const content = Buffer.from(await response.arrayBuffer())
        const busy = response.status >= 500 || response.status === 429
        if (!busy || attempt === ATTEMPTS) return { status: response.status, content }
      } catch (error) {
        if (attempt === ATTEMPTS) throw unreachable(base, error)
      }
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1))
    }
  }

  return {
    async put(bytes, extension) {
      const key = mediaKeyOf(bytes, extension)
      const { status, content } = await ask('PUT', key, bytes)
      if (status !== 200) throw refused(base, 'store', status, content)
      return key
    },
    async get(key) {
      const { status, content } = await ask('GET', key)
      if (status === 200) return content
      throw status === 404 && codeOf(content) !== 'NoSuchBucket'
        ? missingMedia(key)
        : refused(base, 'fetch', status, content)
    },
    async has(key) {
      const { status, content } = await ask('HEAD', key)
      if (status === 200 || status === 404) return status === 200
      throw refused(base, 'look for', status, content)
    },
    async remove(key) {
      const { status, content } = await ask('DELETE', key)
      if (![200, 204, 404].includes(status)) throw refused(base, 'remove', status, content)
    },
  }
}

const codeOf = (content: Buffer): string | undefined =>
  /<Code>(\w+)<\/Code>/.exec(content.toString('utf8'))?.[1]

function refused(base: string, what: string, status: number, content: Buffer): Error {
  const code = codeOf(content)
  const hint = (code && HINTS[code]) ?? ''
  return new Error(`${base} refused to ${what} a file: ${status}${code ? ` ${code}` : ''}. ${hint}`.trim())
}

/** What fetch rejects with says "fetch failed"; the reason is its cause. */
function unreachable(base: string, error: unknown): Error {
  const { cause = error } = error as { cause?: unknown }
  const { code, message } = cause as NodeJS.ErrnoException
  return new Error(`${base} cannot be reached (${code ?? message}). Is S3_ENDPOINT right?`, { cause: error })
}
