import { GrammyError, HttpError } from 'grammy'
import { TelegramError } from 'telegraf'
import { isForeignFile, outcomeOf, readFault } from '../../../src/channels/telegram/outcome.js'
import { as, type ExternalId } from '../../../src/kernel/ids.js'

const TOKEN = '7100000001:AAHsecretsecretsecretsecretsecret'

interface Answer {
  error_code: number
  description: string
  parameters?: { retry_after: number }
}

/** The same answer of Telegram, as each library rejects with it. */
const LIBRARIES: [string, (answer: Answer) => Error][] = [
  ['grammY', (answer) => new GrammyError('Call failed!', { ok: false, ...answer }, 'sendMessage', {})],
  ['Telegraf', (answer) => new TelegramError(answer, { method: 'sendMessage', payload: {} })],
]

const ANSWERS: [Answer, object][] = [
  [
    {
      error_code: 429,
      description: 'Too Many Requests: retry after 7',
      parameters: { retry_after: 7 },
    },
    { type: 'retry', why: 'throttled', afterMs: 7_000 },
  ],
  [
    { error_code: 403, description: 'Forbidden: bot was blocked by the user' },
    { type: 'refused', why: 'blocked' },
  ],
  [
    { error_code: 403, description: 'Forbidden: user is deactivated' },
    { type: 'refused', why: 'blocked' },
  ],
  [
    { error_code: 403, description: 'Forbidden: bot was kicked from the supergroup chat' },
    { type: 'refused', why: 'blocked' },
  ],
  [
    { error_code: 400, description: 'Bad Request: chat not found' },
    { type: 'refused', why: 'blocked' },
  ],
  [
    { error_code: 400, description: 'Bad Request: message is too long' },
    { type: 'refused', why: 'invalid' },
  ],
  [
    { error_code: 400, description: 'Bad Request: message to edit not found' },
    { type: 'refused', why: 'gone' },
  ],
  [
    { error_code: 400, description: "Bad Request: message can't be edited" },
    { type: 'refused', why: 'gone' },
  ],
  [
    { error_code: 413, description: 'Request Entity Too Large' },
    { type: 'refused', why: 'invalid' },
  ],
  [
    { error_code: 401, description: 'Unauthorized' },
    { type: 'refused', why: 'restricted' },
  ],
  [
    { error_code: 404, description: 'Not Found' },
    { type: 'refused', why: 'restricted' },
  ],
  [
    { error_code: 409, description: 'Conflict: webhook is active' },
    { type: 'retry', why: 'unreachable' },
  ],
  [
    { error_code: 500, description: 'Internal Server Error' },
    { type: 'retry', why: 'unreachable' },
  ],
  [
    { error_code: 502, description: 'Bad Gateway' },
    { type: 'retry', why: 'unreachable' },
  ],
]

describe.each(LIBRARIES)('answers of Telegram through %s', (_, rejection) => {
  it.each(ANSWERS)('%j', (answer, expected) => {
    expect(outcomeOf(readFault(rejection(answer)))).toEqual({ ...expected, detail: answer.description })
  })

  it('counts an edit that changes nothing as sent, but only an edit', () => {
    const description = 'Bad Request: message is not modified: specified new message content is the same'
    const fault = readFault(rejection({ error_code: 400, description }))
    expect(outcomeOf(fault, as<ExternalId>('12'))).toEqual({ type: 'sent', externalIds: ['12'] })
    expect(outcomeOf(fault)).toMatchObject({ type: 'refused', why: 'invalid' })
  })

  it.each([
    ['Bad Request: wrong file identifier/HTTP URL specified', true],
    ["Bad Request: wrong remote file identifier specified: can't unserialize it", true],
    ['Bad Request: wrong file_id or the file is temporarily unavailable', true],
    ['Bad Request: PHOTO_INVALID_DIMENSIONS', false],
  ])('knows a file id that is not its own: %s', (description, expected) => {
    expect(isForeignFile(readFault(rejection({ error_code: 400, description })))).toBe(expected)
  })
})

const url = `https://api.telegram.org/bot${TOKEN}/sendMessage`
const network = (fields: object) =>
  Object.assign(new Error(`request to ${url} failed, reason: broken`), { name: 'FetchError' }, fields)

const FAULTS: [string, unknown, string][] = [
  ['grammY, connection cut', new HttpError('failed', network({ code: 'ECONNRESET' })), 'ECONNRESET'],
  ['Telegraf, connection cut', network({ code: 'ECONNRESET', type: 'system' }), 'ECONNRESET'],
  ['a page instead of an answer', network({ type: 'invalid-json' }), 'invalid-json'],
  ['grammY, too slow', new HttpError('failed', network({ name: 'AbortError' })), 'no answer in time'],
  ['Telegraf, too slow', network({ name: 'AbortError', type: 'aborted' }), 'no answer in time'],
  ['something else', 'thrown', 'unknown fault'],
]

describe('faults of the network', () => {
  it.each(FAULTS)('%s', (_, error, detail) => {
    expect(outcomeOf(readFault(error))).toEqual({ type: 'retry', why: 'unreachable', detail })
  })
})
