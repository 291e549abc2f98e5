import { addAbortSignal, Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { MINUTE, SECOND } from '../../kernel/clock.js'
import { MediaUnavailable } from '../../messaging/channel.js'
import type { MediaRef } from '../../messaging/inbound.js'
import { type BotApi, withDeadline } from './bot-api.js'
import { readFault } from './outcome.js'

/** For the answer to begin; the content may take longer. */
const ANSWER_TIMEOUT_MS = 15 * SECOND
/** For the whole content: 20 MB at the pace of a slow line. */
const CONTENT_TIMEOUT_MS = 2 * MINUTE

/** Telegram's words (tdlib/telegram-bot-api) in ours. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/file is too big/i, 'the file is too large: a bot can fetch 20 MB'],
  [/(wrong|invalid) file_?id|wrong remote file/i, 'the file is gone'],
]

function reasonOf(error: unknown): Error {
  const { code, description } = readFault(error)
  const known = REASONS.find(([pattern]) => pattern.test(description))?.[1]
  return known
    ? new MediaUnavailable(known)
    : new Error(`Telegram did not give the file (${code ?? 'network'}: ${description})`)
}

async function locate(api: BotApi, id: string): Promise<string> {
  const file = await api.call<{ file_path?: string }>('getFile', { file_id: id }).catch((error: unknown) => {
    throw reasonOf(error)
  })
  if (file.file_path === undefined)
    throw new MediaUnavailable('the file is gone: Telegram names no place for it')
  return file.file_path
}

/**
 * Opens a file that was sent to the bot (Bot API, "getFile"). Rejects with the reason, which never holds the
 * token: no error of the HTTP client is passed on, they quote the address.
 */
export async function download(
  api: BotApi,
  { token, apiRoot }: { token: string; apiRoot: string },
  ref: MediaRef,
): Promise<Readable> {
  const path = await locate(api, ref.id)
  const response = await withDeadline(ANSWER_TIMEOUT_MS, (signal) =>
    fetch(`${apiRoot}/file/bot${token}/${path}`, { signal }),
  ).catch(() => {
    throw new Error('the file cannot be fetched: Telegram is not reachable')
  })
  if (response.ok && response.body !== null) {
    const content = Readable.fromWeb(response.body as ReadableStream)
    return addAbortSignal(AbortSignal.timeout(CONTENT_TIMEOUT_MS), content)
  }
  await response.body?.cancel()
  if (response.status === 404)
    throw new MediaUnavailable('the file is gone: Telegram does not have it any more')
  throw new Error(`Telegram did not give the file (${response.status})`)
}
