import type { ReplyBody, ReplyHeaders } from 'nock'

/** nock 14 leaves a POST of node-fetch hanging unless the answer tells its length in bytes. */
function reply(status: number, answer: object): [number, ReplyBody, ReplyHeaders] {
  const body = JSON.stringify(answer)
  return [
    status,
    body,
    { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) },
  ]
}

/** What Telegram answers, for `nock(…).post(…).reply(...telegramReply(result))`. */
export const telegramReply = (result: unknown) => reply(200, { ok: true, result })

/** What Telegram answers when it refuses. */
export const telegramRefusal = (error_code: number, description: string, parameters?: object) =>
  reply(error_code, { ok: false, error_code, description, ...(parameters ? { parameters } : {}) })
