import { readFile } from 'node:fs/promises'
import type { WASocket } from '@whiskeysockets/baileys'
import { LINKED_DEVICE_CAPABILITIES } from '../../../../src/channels/whatsapp/baileys/capabilities.js'
import { createFindSent } from '../../../../src/channels/whatsapp/baileys/find-sent.js'
import { createSentMessages } from '../../../../src/channels/whatsapp/baileys/sent-messages.js'
import { createDispatcher } from '../../../../src/delivery/dispatcher.js'
import { sayAgain } from '../../../../src/delivery/say-again.js'
import { as, type ChatId, type ExternalId, type MediaKey } from '../../../../src/kernel/ids.js'
import { type Text, verbatim } from '../../../../src/kernel/text.js'
import type { OutboundMessage } from '../../../../src/messaging/outbound.js'
import { createDeviceStore } from '../../../../src/storage/linked-device-store.js'
import { isOutage } from '../../../../src/storage/outage.js'
import { createOutboxQueue } from '../../../../src/storage/outbox-queue.js'
import { openPresence, type Presence } from '../../../../src/storage/presence.js'
import { createUnitOfWork } from '../../../../src/storage/unit-of-work.js'
import { type FakeWhatsApp, startFakeWhatsApp } from '../../../support/fake-whatsapp/index.js'
import { aTownDatabase, type TownDatabase } from '../../../support/rows.js'
import { recordingLog } from '../../../support/telegram-adapters.js'
import { until } from '../../../support/telegram-town.js'
import { type Linked, link, startLinked } from '../../../support/whatsapp-adapter.js'

/** A phone asks again for what it could not open, when the process that said it has gone. */

const PHOTO = new URL('../../../../src/channels/simulator/page/photos/lamp.jpg', import.meta.url)
const VOICE = new URL('../../../../src/channels/simulator/page/voice.ogg', import.meta.url)

let fake: FakeWhatsApp
let db: TownDatabase
let presence: Presence
let linked: Linked
let files: { readonly photo: Buffer; readonly voice: Buffer }
let people = 0

beforeAll(async () => {
  db = await aTownDatabase()
  fake = await startFakeWhatsApp()
  presence = await openPresence(db.url, recordingLog())
  files = { photo: await readFile(PHOTO), voice: await readFile(VOICE) }
  linked = await start()
  await link(linked, fake)
})
afterAll(async () => {
  await linked?.end()
  await presence?.stop()
  await fake?.stop()
  await db?.end()
})

const translate = (words: Text) => ('verbatim' in words ? words.verbatim : JSON.stringify(words))
const saidBefore = (chat: ChatId, id: ExternalId) =>
  sayAgain(
    { queue: createOutboxQueue(db.source), translate },
    { channel: linked.adapter.name, chat },
    id,
    LINKED_DEVICE_CAPABILITIES,
  )

const start = () =>
  startLinked(db, fake, {
    saidBefore,
    openMedia: async (key) => (key.endsWith('.ogg') ? files.voice : files.photo),
  })

/** The next process: its memory is empty. */
async function restarts(): Promise<void> {
  await linked.end()
  linked = await start()
  await linked.sees('open')
}

async function aPerson() {
  const phone = fake.phone(`+39333400${String(people++).padStart(4, '0')}`)
  await phone.sends('ciao')
  const { from } = await linked.hears('text', ({ actor }) => actor === phone.lid)
  return { phone, to: from }
}

/** Says it as the product does: by a row of the outbox. Returns the ids under which it went. */
async function says(to: { channel: Linked['adapter']['name']; chat: ChatId }, message: OutboundMessage) {
  const unitOfWork = createUnitOfWork(db.source, {
    ownerFor: () => presence.owner,
    deliver: (leases) => dispatcher.deliver(leases),
  })
  const dispatcher = createDispatcher({
    queue: createOutboxQueue(db.source),
    unitOfWork,
    adapters: new Map([[linked.adapter.name, linked.adapter]]),
    translate,
    log: recordingLog(),
    isOutage,
    owner: () => presence.owner,
    onRefused: async () => undefined,
  })
  await unitOfWork.run(async (tx) => tx.outbox.put({ to, locale: 'it', message }))
  await dispatcher.idle()
  const [row]: { ext_ids: ExternalId[] }[] = await db.source.query(
    `SELECT ext_ids FROM outbox WHERE chat = $1 AND status = 'sent' ORDER BY seq DESC LIMIT 1`,
    [to.chat],
  )
  return row?.ext_ids ?? []
}

const key = (name: string) => as<MediaKey>(name)

test('every part of it is sent again after a restart, and is what it was', async () => {
  const { phone, to } = await aPerson()
  phone.switchesOff()
  const [first, second] = ['a'.repeat(4_000), 'b'.repeat(4_000)]
  const ids = await says(to, {
    body: [verbatim(first), verbatim(second)],
    choices: [{ id: 'yes', label: verbatim('Sì') }],
    media: [key('lamp.jpg'), key('hole.jpg'), key('said.ogg')],
    pin: { lat: 44.5, lon: 7.7 },
  })
  expect(ids).toHaveLength(6)
  await restarts()
  phone.cannotRead(ids.length)
  await phone.switchesOn()
  await until('all of it is read', () => phone.received().length === ids.length)
  const read = new Map(phone.received().map((message) => [message.id, message]))
  expect(ids.map((id) => read.get(id))).toMatchObject([
    { kind: 'photo', bytes: files.photo },
    { kind: 'photo', bytes: files.photo },
    { kind: 'pin', pin: { latitude: 44.5, longitude: 7.7 } },
    { kind: 'voice', bytes: files.voice },
    { kind: 'text', text: first },
    { kind: 'text', text: `${second}\n\n1. Sì` },
  ])
})

test('a secret is forgotten once it is out; what was said after it comes', async () => {
  const { phone, to } = await aPerson()
  phone.switchesOff()
  await says(to, { body: [verbatim('Il codice è 123456')], secret: true })
  const [after] = await says(to, { body: [verbatim('A presto')] })
  await restarts()
  phone.cannotRead(2)
  await phone.switchesOn()
  await phone.receives('A presto')
  expect(phone.received().map(({ id }) => id)).toEqual([after])
})

test('only the chat that it went to gets it', async () => {
  const [{ phone: ada, to }, { phone: bruno }] = [await aPerson(), await aPerson()]
  const [id] = await says(to, { body: [verbatim('Solo per Ada')] })
  const findSent = createFindSent({
    sent: createSentMessages(),
    store: createDeviceStore(db.source),
    saidBefore,
    openMedia: async () => files.photo,
    log: recordingLog(),
  })
  const socket = {} as WASocket
  expect(await findSent({ id, remoteJid: bruno.lid }, socket)).toBeUndefined()
  expect(await findSent({ id, remoteJid: '391111111111@s.whatsapp.net' }, socket)).toBeUndefined()
  for (const name of [ada.lid, ada.pn])
    expect(await findSent({ id, remoteJid: name }, socket)).toMatchObject({
      extendedTextMessage: { text: 'Solo per Ada' },
    })
})
