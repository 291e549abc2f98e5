import type { TelegramAdapter, TelegramDeps } from '../../../src/channels/telegram/adapter.js'
import type { Lead } from '../../../src/channels/telegram/poll.js'
import type { InboundEvent } from '../../../src/messaging/inbound.js'
import {
  type FakeBot,
  type FakeBotApi,
  type Fault,
  startFakeBotApi,
} from '../../support/fake-bot-api/index.js'
import {
  ADAPTERS,
  alwaysLeads,
  latch,
  recordingLog,
  TOKEN,
  telegramDeps,
  texts,
} from '../../support/telegram-adapters.js'

let api: FakeBotApi
let bot: FakeBot
let log: ReturnType<typeof recordingLog>
let running: TelegramAdapter[] = []

beforeEach(async () => {
  api = await startFakeBotApi()
  bot = api.bot(TOKEN, { username: 'FiloFossanoBot' })
  log = recordingLog()
})

afterEach(async () => {
  await Promise.all(running.map((adapter) => adapter.stop()))
  running = []
  await api.stop()
  expect(JSON.stringify(log.entries)).not.toContain(TOKEN)
})

const troublesIn = ({ entries }: ReturnType<typeof recordingLog>) =>
  entries.filter(({ level }) => level === 'warn').map(({ about }) => about)
const troubles = () => troublesIn(log)

/** A leadership that the test grants and takes away, term by term. */
function leadership() {
  const asked: { grant(): AbortController; released: Promise<void> }[] = []
  const waiting: (() => void)[] = []
  const lead: Lead = (_, signal) =>
    new Promise((resolve, reject) => {
      const { open, opened } = latch()
      signal.addEventListener('abort', () => reject(new Error('no longer wanted')), { once: true })
      asked.push({
        released: opened,
        grant() {
          const term = new AbortController()
          resolve({ lost: term.signal, release: async () => open() })
          return term
        },
      })
      for (const each of waiting.splice(0)) each()
    })
  return {
    lead,
    /** Resolves with the n-th time that somebody asked to lead. */
    async term(n: number) {
      while (asked[n] === undefined) await new Promise<void>((resolve) => waiting.push(resolve))
      return asked[n]
    },
  }
}

describe.each(ADAPTERS)('$library: what comes in', ({ library, create }) => {
  const adapter = (overrides: Partial<TelegramDeps> = {}) => {
    const made = create(telegramDeps({ apiRoot: api.url, log, ...overrides }))
    running.push(made)
    return made
  }
  const piero = () => bot.user({ id: 5012345678, first_name: 'Piero', language_code: 'it' })
  const longPoll = () => bot.callsOf('getUpdates').find((call) => call.outcome === undefined)
  const longPolling = async () => {
    while (longPoll() === undefined) await new Promise(setImmediate)
  }

  it('says who it is, and tells Telegram its commands', async () => {
    const commands = [{ command: 'aiuto', description: 'Che cosa posso fare' }]
    const filo = adapter({ commands: [{ commands: [] }, { language: 'it', commands }] })
    await filo.start(async () => {})
    expect(filo.botUsername).toBe('FiloFossanoBot')
    expect(bot.commands('it')).toEqual(commands)
  })

  it('starts without a menu of commands when Telegram does not like it', async () => {
    await adapter({ commands: [{ commands: [{ command: 'Così', description: 'x' }] }] }).start(async () => {})
    expect(troubles()).toEqual([
      expect.objectContaining({ detail: expect.stringContaining('BOT_COMMAND_INVALID') }),
    ])
  })

  it('confirms a batch only once it is stored', async () => {
    const stored = latch()
    const taken = latch<readonly InboundEvent[]>()
    await adapter().start(async (events) => {
      taken.open(events)
      await stored.opened
    })
    piero().send('una buca')
    expect(texts(await taken.opened)).toEqual(['una buca'])
    expect(bot.updates.pending).toBe(1)
    stored.open()
    await bot.updates.settled()
  })

  it('asks again for what could not be stored', async () => {
    const batches: string[][] = []
    await adapter().start(async (events) => {
      batches.push(texts(events))
      if (batches.length < 3) throw new Error('the database is away')
    })
    piero().send('una buca')
    await bot.updates.settled({ timeoutMs: 5_000 })
    expect(batches).toEqual([['una buca'], ['una buca'], ['una buca']])
    // the same trouble is told once
    expect(troubles()).toEqual([expect.objectContaining({ kind: 'not stored' })])
    expect(log.entries.at(-1)).toMatchObject({ level: 'info', about: { after: ['not stored'] } })
  })

  it('hands a batch over in Telegram’s order', async () => {
    bot.updates.shuffle({ rate: 1, seed: 7 })
    const said = Array.from({ length: 20 }, (_, index) => `parola ${index}`)
    for (const words of said) piero().send(words)
    const batches: (readonly InboundEvent[])[] = []
    await adapter().start(async (events) => {
      batches.push(events)
    })
    await bot.updates.settled()
    expect(batches.map(texts)).toEqual([said])
  })

  it('confirms what says nothing to us, without a word', async () => {
    await adapter().start(async () => {
      throw new Error('nothing to store')
    })
    const said = { message_id: 5, date: 1795421700, chat: piero().chat, from: piero().user }
    const update = bot.pushUpdate({ message: { ...said, pinned_message: { ...said, date: 0 } } as never })
    await bot.updates.settled()
    const about = { channel: expect.any(String), update: update?.update_id, kind: 'message' }
    expect(log.entries).toEqual([{ level: 'debug', about, words: expect.any(String) }])
  })

  it('stops in the middle of a long poll', async () => {
    const leads = leadership()
    const filo = adapter({ lead: leads.lead })
    await filo.start(async () => {})
    const term = await leads.term(0)
    term.grant()
    await longPolling()
    await filo.stop()
    await term.released
    piero().send('troppo tardi')
    expect(bot.updates.pending).toBe(1)
  })

  it('stops only when the batch in hand is stored, and does not confirm it', async () => {
    const stored = latch()
    const taken = latch()
    const filo = adapter()
    await filo.start(async () => {
      taken.open()
      await stored.opened
    })
    piero().send('una buca')
    await taken.opened
    const order: string[] = []
    const stopped = filo.stop().then(() => order.push('stopped'))
    await new Promise(setImmediate)
    order.push('stored')
    stored.open()
    await stopped
    expect(order).toEqual(['stored', 'stopped'])
    expect(bot.updates.pending).toBe(1)
  })

  it('still sends after it stopped', async () => {
    const filo = adapter()
    await filo.start(async () => {})
    piero().send('ciao')
    await bot.updates.settled()
    await filo.stop()
    const to = { channel: filo.name, chat: '5012345678' as never }
    expect(await filo.send(to, { type: 'text', text: 'A presto' })).toMatchObject({ type: 'sent' })
  })

  it('does not poll before it leads, stops when it does not any more, and begins anew when it does again', async () => {
    const leads = leadership()
    const batches: string[][] = []
    const stored = latch()
    const taken = latch()
    await adapter({ lead: leads.lead }).start(async (events) => {
      batches.push(texts(events))
      taken.open()
      await stored.opened
    })
    piero().send('una buca')
    const first = await leads.term(0)
    expect(bot.callsOf('getUpdates')).toEqual([])
    const lost = first.grant()
    await taken.opened
    lost.abort()
    stored.open()
    await first.released
    const second = await leads.term(1)
    expect(bot.callsOf('getUpdates')).toHaveLength(1)
    second.grant()
    await bot.updates.settled()
    // stored by the first term, never confirmed by it: it comes a second time
    expect(batches).toEqual([['una buca'], ['una buca']])
  })

  it('asks to lead again when that fails', async () => {
    let asked = 0
    const lead: Lead = async (...terms) => {
      asked += 1
      if (asked === 1) throw new Error('the database is away')
      return alwaysLeads(...terms)
    }
    piero().send('una buca')
    await adapter({ lead }).start(async () => {})
    await bot.updates.settled()
    expect(troubles()).toEqual([expect.objectContaining({ kind: 'no leadership' })])
  })

  const FAULTS: [Fault, string | RegExp][] = [
    [{ kind: '500' }, '500'],
    // grammY does not look at the status of what is no JSON
    [{ kind: 'html' }, /^(502|network)$/],
    [{ kind: 'cut' }, 'network'],
    [{ kind: '429', retryAfter: 0.2 }, '429'],
    [{ kind: '400', description: 'Bad Request: offset is odd' }, '400'],
  ]
  it('polls on after each of them', async () => {
    // Side by side, each with a bot of its own: they wait a second each.
    const heard = FAULTS.map(async ([fault], index) => {
      const token = TOKEN.replace(/1:/, `${index + 2}:`)
      const own = api.bot(token, { username: `Bot${index}FossanoBot` })
      const ownLog = recordingLog()
      own.faults.next('getUpdates', fault, 2)
      own.user({ id: 5012345678, first_name: 'Piero' }).send('una buca')
      const batches: string[][] = []
      await adapter({ token, log: ownLog }).start(async (events) => {
        batches.push(texts(events))
      })
      await own.updates.settled({ timeoutMs: 5_000 })
      return [batches, troublesIn(ownLog)]
    })
    expect(await Promise.all(heard)).toEqual(
      FAULTS.map(([, kind]) => [
        [['una buca']],
        [expect.objectContaining({ kind: expect.stringMatching(kind) })],
      ]),
    )
  })

  it('keeps the pause that Telegram asks for', async () => {
    bot.faults.next('getUpdates', { kind: '429', retryAfter: 1 })
    piero().send('una buca')
    await adapter().start(async () => {})
    await bot.updates.settled({ timeoutMs: 5_000 })
    const [refused, next] = bot.callsOf('getUpdates')
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(990)
  })

  it('stops in the middle of a pause', async () => {
    bot.faults.next('getUpdates', { kind: '429', retryAfter: 3_600 })
    const filo = adapter()
    await filo.start(async () => {})
    await bot.waitForCall('getUpdates')
    await filo.stop()
  })

  it('waits for a network that is not there yet when it starts', async () => {
    bot.faults.next('getMe', { kind: 'cut' })
    bot.faults.next('deleteWebhook', { kind: '500' })
    const filo = adapter()
    await filo.start(async () => {})
    expect(filo.botUsername).toBe('FiloFossanoBot')
    expect(troubles()).toEqual([
      expect.objectContaining({ kind: 'network' }),
      expect.objectContaining({ kind: '500' }),
    ])
  })

  it('gives up starting when it is stopped', async () => {
    bot.faults.next('getMe', { kind: '429', retryAfter: 3_600 })
    const filo = adapter()
    const started = filo.start(async () => {})
    const failed = expect(started).rejects.toThrow('stopped before it had started')
    await bot.waitForCall('getMe')
    await filo.stop()
    await failed
  })

  it('answers a press at once, before it is stored', async () => {
    const stored = latch()
    await adapter().start(() => stored.opened)
    piero().send('ciao')
    const press = piero().pressData(1, '3.yes')
    stored.open()
    expect(await press.answered()).toEqual({ text: undefined, show_alert: false, url: undefined })
  })

  it('takes a press that is too old to be answered', async () => {
    const events: InboundEvent[] = []
    const press = piero().pressData(1, '3.yes')
    press.expire()
    await adapter().start(async (batch) => {
      events.push(...batch)
    })
    await bot.updates.settled()
    expect(events).toMatchObject([{ type: 'choice', choice: '3.yes', question: '1', actor: '5012345678' }])
    expect(troubles()).toEqual([])
  })

  it(library === 'grammY' ? 'leaves a group' : 'hears commands in a group', async () => {
    const events: InboundEvent[] = []
    await adapter().start(async (batch) => {
      events.push(...batch)
    })
    const office = bot.group({ id: -1002233445566, title: 'Manutenzione', addedBy: piero() })
    office.send(piero(), '/coda')
    if (library === 'grammY') await bot.waitForCall('leaveChat', ({ params }) => params.chat_id === office.id)
    else {
      await bot.updates.settled()
      expect(events).toMatchObject([{ type: 'command', name: 'coda', private: false }])
    }
  })
})
