import {
  type Conversation,
  type ConversationFlavor,
  conversations,
  createConversation,
} from '@grammyjs/conversations'
import { run, sequentialize } from '@grammyjs/runner'
import { PsqlAdapter } from '@grammyjs/storage-psql'
import { Bot, type Context, InlineKeyboard, Keyboard } from 'grammy'
import pg from 'pg'
import * as d from './dialog.js'

/** The dialog as grammY's own documentation would write it: a conversation, kept in Postgres, run by the runner. */
const { BENCH_TOKEN = '', BENCH_API = '', DATABASE_URL } = process.env
type Ctx = ConversationFlavor<Context>

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: d.POOL_SIZE })
await pool.query(d.TABLE)
// The adapter is typed for one client and asks only for `query`, which a pool has too.
const storage = await PsqlAdapter.create({ tableName: 'conversation', client: pool as unknown as pg.Client })

async function report(conversation: Conversation, ctx: Context, words: string): Promise<void> {
  const kinds = new InlineKeyboard()
  for (const [id, label] of d.KINDS) kinds.text(label, id).row()
  await ctx.reply(d.WELCOME)
  await ctx.reply(d.ASK_KIND, { reply_markup: kinds })

  const kindCtx = await conversation.waitFor('callback_query:data')
  const kind = kindCtx.callbackQuery.data
  await kindCtx.answerCallbackQuery()
  await kindCtx.editMessageText(d.chosen(d.ASK_KIND, d.labelOf(kind)))
  await kindCtx.reply(d.ASK_PLACE, { reply_markup: new Keyboard().requestLocation(d.SEND_PLACE).oneTime() })

  const place = await conversation.waitFor('message:location')
  const { latitude: lat, longitude: lon } = place.message.location
  await place.reply(d.ASK_PHOTOS, { reply_markup: new InlineKeyboard().text(d.NO_PHOTOS, 'none') })

  const photos = await conversation.waitFor('callback_query:data')
  const draft = { words, kind, lat, lon }
  await photos.answerCallbackQuery()
  await photos.editMessageText(d.chosen(d.ASK_PHOTOS, d.NO_PHOTOS))
  await photos.reply(d.checkCard(draft), { reply_markup: new InlineKeyboard().text(d.SEND, 'send') })

  const sent = await conversation.waitFor('callback_query:data')
  const chat = sent.chatId ?? 0
  const number = await conversation.external(async () =>
    Number((await pool.query<{ id: string }>(d.INSERT, d.rowOf(chat, draft))).rows[0]?.id),
  )
  await sent.answerCallbackQuery()
  await sent.editMessageText(d.chosen(d.checkCard(draft), d.SEND))
  await sent.reply(d.receipt(number))
  await sent.reply(d.ASK_PHONE, {
    reply_markup: new Keyboard().requestContact(d.SEND_PHONE).row().text(d.NO_PHONE).oneTime(),
  })

  const phone = await conversation.waitFor('message:text')
  await phone.reply(d.WITHOUT_PHONE)
}

const bot = new Bot<Ctx>(BENCH_TOKEN, { client: { apiRoot: BENCH_API } })
bot.use(sequentialize((ctx) => String(ctx.chat?.id)))
bot.use(conversations({ storage: storage as never }))
bot.use(createConversation(report, 'report'))
bot.on('message:text', (ctx) => ctx.conversation.enter('report', ctx.message.text))
bot.catch(({ error }) => console.error(error))
await bot.init()
run(bot)
