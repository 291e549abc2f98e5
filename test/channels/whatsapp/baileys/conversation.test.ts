import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { MediaUnavailable } from '../../../../src/messaging/channel.js'
import type { InboundEvent } from '../../../../src/messaging/inbound.js'
import { type FakeWhatsApp, startFakeWhatsApp } from '../../../support/fake-whatsapp/index.js'
import { writtenLog } from '../../../support/log-lines.js'
import { aTownDatabase, type TownDatabase } from '../../../support/rows.js'
import { until } from '../../../support/telegram-town.js'
import { idOf, type Linked, link, startLinked } from '../../../support/whatsapp-adapter.js'

/** The unmodified client, a real database, and a WhatsApp of our own: what comes in, and what goes out. */

const PHOTO = new URL('../../../../src/channels/simulator/page/photos/lamp.jpg', import.meta.url)
const VOICE = new URL('../../../../src/channels/simulator/page/voice.ogg', import.meta.url)

let fake: FakeWhatsApp
let db: TownDatabase
let linked: Linked
let photo: Buffer
let voice: Buffer
let printed = ''
const { log, lines } = writtenLog()

beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    console[method] = (...words: unknown[]) => {
      printed += inspect(words, { depth: 10 })
    }
  }
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...words: unknown[]) => boolean
    stream.write = ((...words: unknown[]) => {
      printed += String(words[0])
      return write(...words)
    }) as typeof stream.write
  }
  db = await aTownDatabase()
  fake = await startFakeWhatsApp()
  photo = await readFile(PHOTO)
  voice = await readFile(VOICE)
  linked = await startLinked(db, fake, {
    log,
    openMedia: async (key) => {
      if (key.startsWith('gone')) throw Object.assign(new Error('no file'), { code: 'ENOENT' })
      return key.endsWith('.ogg') ? voice : photo
    },
  })
  await link(linked, fake)
})
afterAll(async () => {
  await linked?.end()
  await fake?.stop()
  await db?.end()
})

let people = 0
/** Somebody new, who has written already. */
async function aPerson(options: Parameters<FakeWhatsApp['phone']>[1] = {}) {
  const phone = fake.phone(`+39333100${String(people++).padStart(4, '0')}`, options)
  await phone.sends('ciao')
  const { from } = await linked.hears('text', ({ actor }) => [phone.lid, phone.pn].includes(actor))
  return { phone, chat: from.chat as string }
}
const of = (chat: string) => linked.heard.filter(({ from }) => from.chat === chat)
const mediaOf = (chat: string) =>
  of(chat).filter((event): event is Extract<InboundEvent, { type: 'media' }> => event.type === 'media')

test('a person writes and is answered, under the LID, with the number known', async () => {
  const ada = fake.phone('+39 333 1234567', { name: 'Ada' })
  const sent = await ada.sends('ciao')
  const event = await linked.hears('text', ({ actor }) => actor === ada.lid)
  expect(event).toMatchObject({
    id: sent.id,
    from: { channel: 'whatsapp', chat: ada.lid },
    phone: '+393331234567',
    personName: 'Ada',
    message: sent.id,
    private: true,
  })
  const said = await linked.says(ada.lid, 'Buongiorno Ada')
  const shown = await ada.receives('Buongiorno Ada')
  expect(shown.id).toBe(idOf(said))
  const receipt = await linked.hears('receipt', ({ message }) => message === idOf(said))
  expect(receipt).toMatchObject({ status: 'delivered', id: `receipt:${shown.id}:delivered` })
  ada.reads(shown)
  await linked.hears('receipt', ({ message, status }) => message === shown.id && status === 'read')
  const answer = await ada.quotes(shown, 'Grazie')
  expect(await linked.hears('text', ({ message }) => message === answer.id)).toMatchObject({
    replyTo: shown.id,
  })
})

test('what people send, kind by kind', async () => {
  const { phone, chat } = await aPerson()
  await phone.sends('che svanisce', { ephemeral: true })
  await phone.sendsPin(44.55, 7.72, { name: 'Bar Sport', address: 'Via Roma 1' })
  await phone.sendsLivePin(44.56, 7.73)
  await phone.sendsSticker(photo)
  await phone.sendsPoll('Quale?', ['a', 'b'])
  await phone.sendsContact('Rossi', '+39 0172 699611')
  await phone.picksRow('roads', 'Strade')
  await phone.picksButton('yes', 'Sì')
  await phone.picksTemplateButton('no', 'No')
  const wrong = await phone.sends('una bucca')
  await phone.edits(wrong, 'una buca')
  const welcome = idOf(await linked.says(chat, 'Benvenuto'))
  await phone.reacts(await phone.receives('Benvenuto'), '👍')
  await phone.deletes(await phone.sends('tolgo subito'))
  await phone.sends('fine')
  await linked.hears('text', ({ text, from }) => text === 'fine' && from.chat === chat)
  const said = of(chat).filter(({ type }) => type !== 'receipt')
  const envelope = ['id', 'order', 'from', 'actor', 'at', 'personName', 'private']
  const content = said.map((event) => {
    const own = event.type === 'edited' ? [] : ['message']
    const dropped = [...envelope, ...own, ...(event.type === 'contact' ? [] : ['phone'])]
    return Object.fromEntries(Object.entries(event).filter(([key]) => !dropped.includes(key)))
  })
  expect(content.slice(1)).toEqual([
    { type: 'text', text: 'che svanisce' },
    { type: 'location', lat: 44.55, lon: 7.72, label: 'Bar Sport, Via Roma 1' },
    { type: 'location', lat: 44.56, lon: 7.73, live: true },
    { type: 'unsupported', what: 'sticker' },
    { type: 'unsupported', what: 'poll' },
    { type: 'contact', phone: expect.stringMatching(/0172/), own: false },
    { type: 'choice', choice: 'roads' },
    { type: 'choice', choice: 'yes' },
    { type: 'choice', choice: 'no' },
    { type: 'text', text: 'una bucca' },
    { type: 'edited', message: wrong.id, text: 'una buca' },
    { type: 'text', text: 'tolgo subito' },
    { type: 'text', text: 'fine' },
  ])
  expect(welcome).toBeDefined()
})

test('photos, albums, voice notes and documents come as they were sent', async () => {
  const { phone, chat } = await aPerson()
  await phone.sendsPhoto(photo, 'Buca')
  await phone.sendsPhoto(photo, 'una volta', { viewOnce: true })
  await phone.sendsAlbum([photo, photo], 'Due')
  await phone.sendsVoice(voice)
  await phone.sendsDocument(photo, { fileName: 'buca.jpg', mime: 'image/jpeg' })
  await until('six files', () => mediaOf(chat).length === 6)
  const [first, once, left, right, spoken, document] = mediaOf(chat)
  expect([first, once, left, right, spoken, document].map((event) => event?.kind)).toEqual([
    ...['photo', 'photo', 'photo', 'photo', 'voice', 'document'],
  ])
  expect([first?.caption, once?.caption, left?.caption]).toEqual(['Buca', 'una volta', 'Due'])
  expect(left?.album).toBeDefined()
  expect(right?.album).toBe(left?.album)
  expect([first?.album, document?.ref.fileName, spoken?.ref.mime]).toEqual([
    undefined,
    'buca.jpg',
    'audio/ogg',
  ])
  for (const [event, bytes] of [
    [first, photo],
    [spoken, voice],
    [document, photo],
  ] as const) {
    if (!event) throw new Error('nothing came')
    const stored = JSON.parse(JSON.stringify(event.ref))
    expect(await buffer(await linked.adapter.fetchMedia(stored))).toEqual(bytes)
  }
})

test('a file that was tampered with, lies elsewhere, or is gone', async () => {
  const { phone, chat } = await aPerson()
  await phone.sendsPhoto(photo)
  await until('a photo', () => mediaOf(chat).length === 1)
  const ref = mediaOf(chat)[0]?.ref
  if (!ref) throw new Error('nothing came')
  const where = JSON.parse(ref.id)
  const changed = (more: object) => ({ ...ref, id: JSON.stringify({ ...where, ...more }) })
  const fetched = async (which: typeof ref) => buffer(await linked.adapter.fetchMedia(which))
  await expect(fetched(changed({ mediaKey: Buffer.alloc(32).toString('base64') }))).rejects.toThrow(
    'as it was sent',
  )
  for (const url of ['https://example.org/x', 'http://10.0.0.1/x', 'https://whatsapp.net.example.org/']) {
    await expect(fetched(changed({ url }))).rejects.toThrow(MediaUnavailable)
  }
  fake.faults.next('download', { kind: 'refuse', code: 500 })
  await expect(fetched(ref)).rejects.toThrow('(500)')
})

test('photos, pins and voice notes go out', async () => {
  const { phone, chat } = await aPerson()
  await linked.says(chat, { type: 'photos', media: ['a.jpg' as never] })
  expect((await phone.receives(({ kind }) => kind === 'photo')).bytes).toEqual(photo)
  await linked.says(chat, { type: 'pin', point: { lat: 44.5, lon: 7.7 } })
  expect((await phone.receives(({ kind }) => kind === 'pin')).pin).toMatchObject({
    latitude: 44.5,
    longitude: 7.7,
  })
  await linked.says(chat, { type: 'voice', media: 'a.ogg' as never })
  expect((await phone.receives(({ kind }) => kind === 'voice')).bytes).toEqual(voice)
  expect(await linked.says(chat, { type: 'photos', media: ['gone.jpg' as never] })).toMatchObject({
    type: 'refused',
    why: 'invalid',
  })
  expect(await linked.says(chat, { type: 'edit', target: 'x' as never, text: 'y' })).toMatchObject({
    type: 'refused',
    why: 'gone',
  })
})

test('who did not write first is not written to', async () => {
  const stranger = fake.phone('+393339999999')
  const before = fake.journal.mark()
  for (const chat of [stranger.lid, stranger.pn ?? '']) {
    expect(await linked.says(chat, 'Buongiorno')).toMatchObject({ type: 'refused', why: 'invalid' })
  }
  expect(fake.journal.all.slice(before).filter(({ what }) => what === 'sent')).toEqual([])
})

test('463 is final, at once and late, and nothing is sent again', async () => {
  const { chat } = await aPerson()
  fake.faults.next('outgoing', { kind: 'refuse', code: 463 })
  const before = fake.journal.mark()
  expect(await linked.says(chat, 'Buongiorno')).toMatchObject({
    type: 'refused',
    why: 'restricted',
    final: true,
    detail: expect.stringContaining('463'),
  })
  expect(fake.journal.all.slice(before).filter(({ what }) => what === 'sent')).toHaveLength(1)
  const taken = idOf(await linked.says(chat, 'Ancora'))
  fake.fails(taken, chat, 463)
  expect(
    await linked.hears('receipt', ({ message, status }) => message === taken && status === 'refused'),
  ).toMatchObject({ why: 'restricted', detail: '463' })
})

test('a message that is not confirmed goes again under the same id', async () => {
  const { phone, chat } = await aPerson()
  fake.faults.next('outgoing', { kind: 'cut-after' })
  expect(await linked.says(chat, 'Una volta sola')).toMatchObject({ type: 'retry', why: 'unreachable' })
  await linked.sees('open')
  await linked.says(chat, 'Una volta sola')
  const shown = await phone.receives('Una volta sola')
  expect(phone.received().filter(({ text }) => text === 'Una volta sola')).toHaveLength(1)
  expect(shown.id).toBeDefined()
})

test('the same message twice is one event', async () => {
  const { phone, chat } = await aPerson()
  fake.faults.next('incoming', { kind: 'twice' })
  const sent = await phone.sends('due volte')
  await phone.repeats(sent)
  await phone.sends('dopo')
  await linked.hears('text', ({ text, from }) => text === 'dopo' && from.chat === chat)
  const ids = of(chat)
    .filter(({ message }) => message === sent.id)
    .map(({ id }) => id)
  expect(new Set(ids)).toEqual(new Set([sent.id]))
})

test('a message that cannot be opened is asked for again', async () => {
  const { phone, chat } = await aPerson()
  fake.faults.next('incoming', { kind: 'garbled' })
  await phone.sends('illeggibile')
  await linked.hears('text', ({ text, from }) => text === 'illeggibile' && from.chat === chat)
})

test('a message that a phone cannot open is sent again, also on a later connection', async () => {
  const { phone, chat } = await aPerson()
  phone.switchesOff()
  await linked.says(chat, 'Segnalazione presa in carico')
  const before = fake.journal.mark()
  fake.drop()
  await until('connected anew', () => fake.journal.all.slice(before).some(({ what }) => what === 'online'))
  phone.cannotRead()
  await phone.switchesOn()
  await phone.receives('Segnalazione presa in carico')
  expect(phone.received().filter(({ text }) => text === 'Segnalazione presa in carico')).toHaveLength(1)
})

test('who writes under the number is known by the LID that comes with it', async () => {
  const { phone, chat } = await aPerson({ addressing: 'pn' })
  expect(chat).toBe(phone.lid)
  await linked.says(chat, 'Ti leggo')
  await phone.receives('Ti leggo')
})

test('no key was printed or logged', async () => {
  // Sessions were closed and opened in this file: that is when libsignal prints them.
  const keys: { value: unknown }[] = await db.source.query('SELECT value FROM whatsapp_key')
  const secrets = new Set<string>()
  const collect = (value: unknown): void => {
    if (typeof value === 'string' && value.length >= 40) secrets.add(value)
    else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) collect(one)
  }
  for (const { value } of keys) collect(value)
  for (const event of linked.heard) {
    if (event.type === 'media') secrets.add(JSON.parse(event.ref.id).mediaKey)
  }
  expect(secrets.size).toBeGreaterThan(800)
  const all = printed + lines.join('\n')
  expect(lines.length).toBeGreaterThan(0)
  const shown = new Set(all.match(/[A-Za-z0-9+/]{40,}={0,2}|(?:[0-9a-f]{2} ){16,}/g))
  for (const secret of secrets) {
    const hex = Buffer.from(secret, 'base64').toString('hex')
    expect(shown.has(secret) || shown.has(hex)).toBe(false)
  }
  expect(all).not.toMatch(/privKey|<Buffer|Closing session|rootKey/)
})
