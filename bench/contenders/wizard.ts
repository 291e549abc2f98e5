import pg from 'pg'
import { Markup, Scenes, session, Telegraf } from 'telegraf'
import { message } from 'telegraf/filters'
import * as d from './dialog.js'

/** The dialog as Telegraf's own documentation would write it: a wizard scene, its session in Postgres. */
const { BENCH_TOKEN = '', BENCH_API = '', DATABASE_URL } = process.env
type Ctx = Scenes.WizardContext

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: d.POOL_SIZE })
await pool.query(d.TABLE)
await pool.query('CREATE TABLE IF NOT EXISTS wizard_session (key text PRIMARY KEY, value jsonb NOT NULL)')

const store = {
  async get(key: string) {
    const { rows } = await pool.query('SELECT value FROM wizard_session WHERE key = $1', [key])
    return rows[0]?.value
  },
  set: (key: string, value: object) =>
    pool.query(
      'INSERT INTO wizard_session VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      [key, JSON.stringify(value)],
    ),
  delete: (key: string) => pool.query('DELETE FROM wizard_session WHERE key = $1', [key]),
}

const draftOf = (ctx: Ctx): d.Draft => ctx.wizard.state as d.Draft
const pressed = (ctx: Ctx): string | undefined =>
  ctx.callbackQuery && 'data' in ctx.callbackQuery ? ctx.callbackQuery.data : undefined

const wizard = new Scenes.WizardScene<Ctx>(
  'report',
  async (ctx) => {
    draftOf(ctx).words = ctx.message && 'text' in ctx.message ? ctx.message.text : ''
    const kinds = d.KINDS.map(([id, label]) => [Markup.button.callback(label, id)])
    await ctx.reply(d.WELCOME)
    await ctx.reply(d.ASK_KIND, Markup.inlineKeyboard(kinds))
    return ctx.wizard.next()
  },
  async (ctx) => {
    const kind = pressed(ctx)
    if (kind === undefined) return
    draftOf(ctx).kind = kind
    await ctx.answerCbQuery()
    await ctx.editMessageText(d.chosen(d.ASK_KIND, d.labelOf(kind)))
    await ctx.reply(d.ASK_PLACE, Markup.keyboard([Markup.button.locationRequest(d.SEND_PLACE)]).oneTime())
    return ctx.wizard.next()
  },
  async (ctx) => {
    if (!ctx.message || !('location' in ctx.message)) return
    const { latitude: lat, longitude: lon } = ctx.message.location
    Object.assign(draftOf(ctx), { lat, lon })
    await ctx.reply(d.ASK_PHOTOS, Markup.inlineKeyboard([Markup.button.callback(d.NO_PHOTOS, 'none')]))
    return ctx.wizard.next()
  },
  async (ctx) => {
    if (pressed(ctx) === undefined) return
    await ctx.answerCbQuery()
    await ctx.editMessageText(d.chosen(d.ASK_PHOTOS, d.NO_PHOTOS))
    await ctx.reply(
      d.checkCard(draftOf(ctx)),
      Markup.inlineKeyboard([Markup.button.callback(d.SEND, 'send')]),
    )
    return ctx.wizard.next()
  },
  async (ctx) => {
    if (pressed(ctx) === undefined) return
    const draft = draftOf(ctx)
    const { rows } = await pool.query<{ id: string }>(d.INSERT, d.rowOf(ctx.chat?.id ?? 0, draft))
    await ctx.answerCbQuery()
    await ctx.editMessageText(d.chosen(d.checkCard(draft), d.SEND))
    await ctx.reply(d.receipt(Number(rows[0]?.id)))
    const keys = [[Markup.button.contactRequest(d.SEND_PHONE)], [d.NO_PHONE]]
    await ctx.reply(d.ASK_PHONE, Markup.keyboard(keys).oneTime())
    return ctx.wizard.next()
  },
  async (ctx) => {
    if (!ctx.message || !('text' in ctx.message)) return
    await ctx.reply(d.WITHOUT_PHONE)
    return ctx.scene.leave()
  },
)

const bot = new Telegraf<Ctx>(BENCH_TOKEN, { telegram: { apiRoot: BENCH_API } })
bot.use(session({ store: store as never }))
bot.use(new Scenes.Stage<Ctx>([wizard]).middleware())
bot.on(message('text'), (ctx) => ctx.scene.enter('report'))
bot.catch((error) => console.error(error))
void bot.launch()
