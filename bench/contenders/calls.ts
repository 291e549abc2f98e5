import { Pool } from 'undici'
import * as d from './dialog.js'

/** The calls of the same dialog and nothing else: no library, no database, only the step at which a chat is. */
const { BENCH_TOKEN = '', BENCH_API = '' } = process.env
const pool = new Pool(BENCH_API)

interface Pressed {
  readonly id: string
  readonly message: { readonly message_id: number; readonly chat: { readonly id: number } }
}
interface Update {
  readonly update_id: number
  readonly message?: { readonly chat: { readonly id: number } }
  readonly callback_query?: Pressed
}

async function call(method: string, payload: object): Promise<unknown> {
  const { body } = await pool.request({
    path: `/bot${BENCH_TOKEN}/${method}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return body.json()
}

const buttons = (rows: readonly (readonly [id: string, label: string])[]) => ({
  inline_keyboard: rows.map(([id, text]) => [{ text, callback_data: id }]),
})
const keys = (...rows: object[][]) => ({ keyboard: rows, one_time_keyboard: true })

/** Somebody said what the step asks for. */
type Answer = (chat: number, press: Pressed | undefined) => Promise<void>

const say = (chat: number, text: string, markup?: object) =>
  call('sendMessage', { chat_id: chat, text, reply_markup: markup })

async function choose(chat: number, press: Pressed | undefined, text: string): Promise<void> {
  if (!press) return
  await call('answerCallbackQuery', { callback_query_id: press.id })
  await call('editMessageText', { chat_id: chat, message_id: press.message.message_id, text })
}

const DRAFT: d.Draft = { words: 'Il lampione è spento da tre giorni', kind: 'light', lat: 44.55, lon: 7.72 }

const STEPS: readonly Answer[] = [
  async (chat) => {
    await say(chat, d.WELCOME)
    await say(chat, d.ASK_KIND, buttons(d.KINDS))
  },
  async (chat, press) => {
    await choose(chat, press, d.chosen(d.ASK_KIND, d.labelOf(DRAFT.kind)))
    await say(chat, d.ASK_PLACE, keys([{ text: d.SEND_PLACE, request_location: true }]))
  },
  async (chat) => {
    await say(chat, d.ASK_PHOTOS, buttons([['none', d.NO_PHOTOS]]))
  },
  async (chat, press) => {
    await choose(chat, press, d.chosen(d.ASK_PHOTOS, d.NO_PHOTOS))
    await say(chat, d.checkCard(DRAFT), buttons([['send', d.SEND]]))
  },
  async (chat, press) => {
    await choose(chat, press, d.chosen(d.checkCard(DRAFT), d.SEND))
    await say(chat, d.receipt(1))
    await say(
      chat,
      d.ASK_PHONE,
      keys([{ text: d.SEND_PHONE, request_contact: true }], [{ text: d.NO_PHONE }]),
    )
  },
  async (chat) => {
    await say(chat, d.WITHOUT_PHONE)
  },
]

const stepOf = new Map<number, number>()

async function turn({ message, callback_query: press }: Update): Promise<void> {
  const chat = (message ?? press?.message)?.chat.id
  if (chat === undefined) return
  const step = stepOf.get(chat) ?? 0
  stepOf.set(chat, (step + 1) % STEPS.length)
  await STEPS[step]?.(chat, press)
}

for (let offset = 0; ; ) {
  const { result } = (await call('getUpdates', { offset, timeout: 30 })) as { result: readonly Update[] }
  for (const update of result) {
    offset = update.update_id + 1
    void turn(update)
  }
}
