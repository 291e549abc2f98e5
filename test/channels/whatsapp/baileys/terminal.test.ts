import { globalAgent } from 'node:https'
import type { WhatsAppWeb } from '../../../../src/channels/whatsapp/baileys/adapter.js'
import { openLinkedDevice } from '../../../../src/compose-linked-device.js'
import { fileStore } from '../../../../src/media/file-store.js'
import { createDeviceStore } from '../../../../src/storage/linked-device-store.js'
import { createUnitOfWork } from '../../../../src/storage/unit-of-work.js'
import { type FakeWhatsApp, startFakeWhatsApp } from '../../../support/fake-whatsapp/index.js'
import { aTownDatabase, type TownDatabase } from '../../../support/rows.js'
import { scanTerminal } from '../../../support/scan.js'
import { alwaysLeads, recordingLog } from '../../../support/telegram-adapters.js'
import { until } from '../../../support/telegram-town.js'

/** What a person sees who starts the product in a terminal, with the town's phone at hand. */

let fake: FakeWhatsApp
let db: TownDatabase
let device: WhatsAppWeb | undefined
beforeAll(async () => {
  fake = await startFakeWhatsApp()
  globalAgent.options.ca = fake.ca
})
// One each: what a device of before still writes would be taken for a link.
beforeEach(async () => {
  db = await aTownDatabase()
})
afterEach(async () => {
  await device?.stop()
  await device?.hangUp?.()
  await db?.end()
})
afterAll(() => fake?.stop())

/** Starts it with nothing linked; returns what the terminal shows. */
async function shownBy(pairingPhone?: string): Promise<string[]> {
  const shown: string[] = []
  device = openLinkedDevice({
    config: { whatsapp: { transport: 'baileys', webSocketUrl: fake.url, pairingPhone } },
    store: createDeviceStore(db.source),
    lead: alwaysLeads,
    media: fileStore('/nowhere'),
    sayAgain: async () => undefined,
    unitOfWork: createUnitOfWork(db.source, { ownerFor: () => undefined, deliver: () => undefined }),
    clock: { now: () => new Date() },
    log: recordingLog(),
    terminal: { write: (words: string) => shown.push(words) },
  })
  await device?.start(async () => undefined)
  await until('a code', () => shown.length > 0)
  return shown
}

async function isOpen(): Promise<void> {
  await until('open', () => device?.link()?.state === 'open')
  await fake.until('online')
}

test('a code to scan, as large and dark as a phone needs it, and where to find the scanner', async () => {
  const [shown = ''] = await shownBy()
  await fake.scanQr(scanTerminal(shown))
  await isOpen()
  expect(shown).toContain('WhatsApp, Settings, Linked devices, Link a device')
})

test('a code to type, and where', async () => {
  const [shown = ''] = await shownBy('390172699611')
  const [, first = '', second = ''] = /with phone number: (\w{4})-(\w{4})\n/.exec(shown) ?? []
  await fake.enterPairingCode(first + second)
  await isOpen()
})
