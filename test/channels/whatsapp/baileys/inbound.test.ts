import { proto } from '@whiskeysockets/baileys'
import { createInbound, type Inbound } from '../../../../src/channels/whatsapp/baileys/inbound.js'
import { as, type ChannelName } from '../../../../src/kernel/ids.js'
import type { InboundEvent } from '../../../../src/messaging/inbound.js'
import { createDeviceStore } from '../../../../src/storage/linked-device-store.js'
import { isOutage } from '../../../../src/storage/outage.js'
import { aTownDatabase, type TownDatabase } from '../../../support/rows.js'
import { recordingLog } from '../../../support/telegram-adapters.js'
import { until } from '../../../support/telegram-town.js'

/** What lies in the database is heard, and what nobody can make sense of holds up nobody. */

const LID = '555@lid'
const NUMBER = '393339990001@s.whatsapp.net'

let db: TownDatabase
let store: ReturnType<typeof createDeviceStore>
let inbound: Inbound | undefined
beforeAll(async () => {
  db = await aTownDatabase()
  store = createDeviceStore(db.source)
})
beforeEach(() => db.source.query('TRUNCATE whatsapp_inbound, whatsapp_alias'))
afterEach(() => inbound?.stop())
afterAll(() => db?.end())

const written = (text: string, envelope: object = {}) => ({
  envelope: { id: text, from: LID, t: '1764000000', ...envelope },
  body: proto.Message.encode({ conversation: text }).finish(),
})

/** Everything that was kept is heard, or given up. */
async function hear(
  messages: readonly ReturnType<typeof written>[],
  onSamePerson: () => Promise<void> = async () => undefined,
) {
  const [heard, log]: [InboundEvent[], ReturnType<typeof recordingLog>] = [[], recordingLog()]
  await (await store.beginTerm()).write([], messages)
  inbound = createInbound({
    channel: as<ChannelName>('whatsapp'),
    store,
    onEvents: async (events) => void heard.push(...events),
    onSamePerson,
    isOutage,
    log,
  })
  inbound.look()
  await until('nothing waits', async () => (await store.unheard(1)).length === 0)
  const words = heard.flatMap((event) => (event.type === 'text' ? [event.text] : []))
  return { words, logged: log.entries.map(({ level, about }) => ({ level, ...about })) }
}

test('a message that cannot be read is left out, and nothing of it is logged', async () => {
  const { words, logged } = await hear([
    { ...written('a'), body: Buffer.from([255]) },
    written('b', { notify: 5 }),
    written('c', { t: '99999999999999999999' }),
    written('d'),
  ])
  expect(words).toEqual(['c', 'd'])
  const one = { level: 'error', channel: 'whatsapp', seq: expect.any(Number) }
  expect(logged).toEqual([one, one])
})

describe('two chats that turn out to be one person’s', () => {
  const both = [written('ciao', { sender_pn: NUMBER })]
  beforeEach(async () => {
    await store.placeChat({ phone: NUMBER })
    await store.placeChat({ lid: LID })
  })

  test('are joined before the person is heard', async () => {
    expect(await hear(both)).toEqual({ words: ['ciao'], logged: [] })
    expect(await store.placeChat({ phone: NUMBER })).toEqual({ chat: LID })
  })

  test('cannot be joined: the person is heard all the same, and the next message tries again', async () => {
    const { words, logged } = await hear(both, async () => {
      throw new Error('a lasting fault')
    })
    expect(words).toEqual(['ciao'])
    expect(logged).toMatchObject([{ level: 'error', error: { message: 'a lasting fault' } }])
    expect(await store.placeChat({ lid: LID, phone: NUMBER })).toEqual({ chat: LID, other: NUMBER })
  })

  test('are joined when the database is back', async () => {
    let outages = 1
    const { words } = await hear(both, async () => {
      if (outages-- > 0) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
    })
    expect(words).toEqual(['ciao'])
    expect(await store.placeChat({ phone: NUMBER })).toEqual({ chat: LID })
  })
})
