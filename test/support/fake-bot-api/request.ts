import type { IncomingMessage } from 'node:http'
import { partsOf } from './multipart.js'
import { refuse } from './refusal.js'

/** A file that came inside a multipart body, whole. */
export interface Upload {
  field: string
  fileName: string
  mime: string
  bytes: Buffer
}

/** Parameters by name, as JSON values: what came as form text has been turned into what JSON would have held. */
export type Params = Record<string, unknown>

export interface Received {
  params: Params
  uploads: Upload[]
}

/** The largest body taken, as on the public server: beyond it 413, and no answer about the content. */
export const MAX_BODY_BYTES = 50 * 1024 * 1024 + 64 * 1024

const JSON_PARAMS = new Set([
  'allowed_updates',
  'caption_entities',
  'commands',
  'entities',
  'link_preview_options',
  'media',
  'message_ids',
  'reply_markup',
  'reply_parameters',
  'scope',
])

const NUMBER_PARAMS = new Set([
  'chat_id',
  'duration',
  'heading',
  'height',
  'horizontal_accuracy',
  'latitude',
  'limit',
  'live_period',
  'longitude',
  'max_connections',
  'message_id',
  'message_thread_id',
  'offset',
  'reply_to_message_id',
  'timeout',
  'user_id',
  'width',
])

const BOOLEAN_PARAMS = new Set([
  'allow_sending_without_reply',
  'disable_notification',
  'drop_pending_updates',
  'has_spoiler',
  'protect_content',
  'show_alert',
])

const NUMBER = /^-?\d+(\.\d+)?$/

function jsonValue(name: string, value: string): unknown {
  if (JSON_PARAMS.has(name)) {
    try {
      return JSON.parse(value)
    } catch {
      return value // the method refuses it in its own words
    }
  }
  if (NUMBER_PARAMS.has(name) && NUMBER.test(value)) return Number(value)
  if (BOOLEAN_PARAMS.has(name)) return value === 'true' || value === 'True' || value === '1'
  return value
}

function fromForm(fields: Iterable<[string, string]>, params: Params): Params {
  for (const [name, value] of fields) params[name] = jsonValue(name, value)
  return params
}

function fromJson(body: string, params: Params): Params {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return refuse("can't parse JSON object")
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return refuse('expected an Object')
  const given = parsed as Params
  for (const name in given) {
    const value = given[name]
    if (value === null || value === undefined) continue
    params[name] = typeof value === 'string' ? jsonValue(name, value) : value
  }
  return params
}

/** Resolves with the whole body, with `undefined` if it is too large; rejects if the sender went away first. */
function wholeBody(stream: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_BODY_BYTES) chunks.push(chunk)
    })
    stream.on('end', () => {
      if (size > MAX_BODY_BYTES) resolve(undefined)
      else resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
    })
    stream.on('error', reject)
    stream.on('aborted', () => reject(new Error('the sender went away')))
  })
}

function fromMultipart(body: Buffer, contentType: string, params: Params): Received {
  const parts = partsOf(body, contentType) ?? refuse("can't parse the multipart body")
  const uploads: Upload[] = []
  for (const { name, fileName, mime, bytes } of parts) {
    if (fileName === undefined) params[name] = jsonValue(name, bytes.toString())
    else uploads.push({ field: name, fileName, mime: mime ?? 'application/octet-stream', bytes })
  }
  return { params, uploads }
}

/**
 * Reads the parameters from the query and from a body in any encoding that the Bot API takes: JSON,
 * urlencoded, multipart. Also used for what a webhook answers, which may be a call.
 * Resolves with `undefined` when the body is too large.
 */
export async function readRequest(stream: IncomingMessage, query?: string): Promise<Received | undefined> {
  const body = await wholeBody(stream)
  if (body === undefined) return undefined
  const params: Params = query ? fromForm(new URLSearchParams(query), {}) : {}
  if (body.length === 0) return { params, uploads: [] }
  const type = stream.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data')) return fromMultipart(body, type, params)
  if (type.startsWith('application/json')) return { params: fromJson(body.toString(), params), uploads: [] }
  return { params: fromForm(new URLSearchParams(body.toString()), params), uploads: [] }
}
