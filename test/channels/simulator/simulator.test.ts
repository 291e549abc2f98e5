import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createSimulator, SIMULATED, type Simulator } from '../../../src/channels/simulator/simulator.js'
import { as, type ChatId, type ExternalId, type MediaKey } from '../../../src/kernel/ids.js'
import { type ChannelAdapter, MediaUnavailable } from '../../../src/messaging/channel.js'
import type { InboundEvent } from '../../../src/messaging/inbound.js'

const MARIA = { channel: SIMULATED.buttons, chat: as<ChatId>('maria') }
const OWNER = { name: 'Maria', locale: 'it' as const }
const PICTURE = Buffer.from('a picture')
const RECORDED = Buffer.from('a voice')
const MEDIA: Readonly<Record<string, Buffer>> = { 'known.jpg': PICTURE, 'known.m4a': RECORDED }
const log = { warn: () => {} }

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'simulator-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const open = (kept = true): Simulator =>
  createSimulator({
    ...(kept && { dataDir }),
    log,
    openMedia: async (key) => MEDIA[key] ?? Promise.reject(new Error('unknown')),
    clock: { now: () => new Date('2026-03-02T09:00:00Z') },
  })

const adapterOf = (simulator: Simulator, name = SIMULATED.buttons): ChannelAdapter => {
  const adapter = simulator.adapters.find((candidate) => candidate.name === name)
  if (!adapter) throw new Error(`no adapter ${name}`)
  return adapter
}

const maria = (simulator: Simulator) => simulator.phone(MARIA.channel, MARIA.chat, OWNER)

/** Resolves with the events of the next deliveries, up to `count`. */
function receiver(count: number) {
  const events: InboundEvent[] = []
  let complete: (events: InboundEvent[]) => void
  const received = new Promise<InboundEvent[]>((resolve) => {
    complete = resolve
  })
  const onEvents = async (batch: readonly InboundEvent[]) => {
    events.push(...batch)
    if (events.length >= count) complete(events)
  }
  return { onEvents, received }
}

async function sent(adapter: ChannelAdapter, text: string, buttons?: { id: string; label: string }[][]) {
  const result = await adapter.send(MARIA, { type: 'text', text, ...(buttons && { buttons }) })
  if (result.type !== 'sent') throw new Error(result.why)
  return result.externalIds[0] as ExternalId
}

describe('what a phone sends', () => {
  it('becomes events in the order of the network, with who and from where', async () => {
    const simulator = open()
    const phone = maria(simulator)
    const { onEvents, received } = receiver(6)
    const first = await phone.sendText('ciao')
    await phone.sendText('/Coda  late ')
    await phone.sendLocation({ lat: 44.5, lon: 7.7 }, { replyTo: first })
    await phone.press(first, '3.roads')
    await phone.sendContact('+393200000001', true)
    await phone.sendSticker()
    await adapterOf(simulator).start(onEvents)
    const events = await received
    expect(events).toMatchObject([
      {
        type: 'text',
        text: 'ciao',
        from: MARIA,
        actor: 'maria',
        personName: 'Maria',
        locale: 'it',
        message: first,
      },
      { type: 'command', name: 'coda', rest: 'late', personName: 'Maria' },
      { type: 'location', lat: 44.5, lon: 7.7, replyTo: first },
      { type: 'choice', choice: '3.roads', question: first },
      { type: 'contact', phone: '+393200000001', own: true },
      { type: 'unsupported', what: 'sticker' },
    ])
    const orders = events.map(({ order }) => order)
    expect(orders).toEqual([...orders].sort((a, b) => a - b))
    expect(new Set(events.map(({ id }) => id)).size).toBe(6)
  })

  it('shows one tick when it is taken and two when it is stored', async () => {
    const simulator = open(false)
    const phone = maria(simulator)
    let confirm = () => {}
    await adapterOf(simulator).start(
      () =>
        new Promise((resolve) => {
          confirm = resolve
        }),
    )
    await phone.sendText('ciao')
    expect(phone.messages[0]?.status).toBe('taken')
    const changed = new Promise((resolve) => phone.onChange(resolve))
    confirm()
    await changed
    expect(phone.messages[0]?.status).toBe('stored')
    expect(phone.settled).toBe(true)
  })

  it('sends an album as one event for each photo, whose files the adapter can fetch', async () => {
    const simulator = open()
    const { onEvents, received } = receiver(2)
    await adapterOf(simulator).start(onEvents)
    await maria(simulator).sendPhotos([PICTURE, Buffer.from('another')], 'buca')
    const [first, second] = await received
    expect(first).toMatchObject({ type: 'media', kind: 'photo', caption: 'buca' })
    expect(second).not.toHaveProperty('caption')
    if (first?.type !== 'media' || second?.type !== 'media') throw new Error('no media')
    expect(first.album).toBeDefined()
    expect(second.album).toBe(first.album)
    const file = await adapterOf(simulator).fetchMedia(first.ref)
    expect(Buffer.concat(await file.toArray())).toEqual(PICTURE)
    await expect(adapterOf(simulator).fetchMedia({ id: '../maria.jsonl' })).rejects.toThrow(MediaUnavailable)
  })
})

it('does not let the bot fetch what is too large for it', async () => {
  const simulator = open(false)
  const { onEvents, received } = receiver(1)
  await adapterOf(simulator).start(onEvents)
  await maria(simulator).sendDocument(Buffer.alloc(20 * 1024 * 1024 + 1), 'film.mp4', 'video/mp4')
  const [event] = await received
  if (event?.type !== 'media') throw new Error('no media')
  await expect(adapterOf(simulator).fetchMedia(event.ref)).rejects.toThrow(MediaUnavailable)
})

describe('what the bot says', () => {
  it('stands on the phone, and an edit replaces words and buttons', async () => {
    const simulator = open(false)
    const adapter = adapterOf(simulator)
    const target = await sent(adapter, 'Di che cosa si tratta?', [[{ id: '1.roads', label: 'Strade' }]])
    expect(maria(simulator).messages).toMatchObject([
      { id: target, by: 'bot', at: '2026-03-02T09:00:00.000Z' },
    ])
    const edit = { type: 'edit', text: 'Strade ✓' } as const
    expect(await adapter.send(MARIA, { ...edit, target })).toEqual({ type: 'sent', externalIds: [target] })
    expect(maria(simulator).messages).toMatchObject([{ id: target, edited: true }])
    expect(maria(simulator).messages[0]?.content).toEqual({ type: 'text', text: 'Strade ✓' })
    const unknown = as<ExternalId>('elsewhere.1')
    expect(await adapter.send(MARIA, { ...edit, target: unknown })).toMatchObject({
      type: 'refused',
      why: 'gone',
    })
  })

  it('brings the keyboard that asks, until it is hidden', async () => {
    const simulator = open(false)
    const adapter = adapterOf(simulator)
    const ask = { what: 'location', label: 'Posizione', others: ['Salta'] } as const
    await adapter.send(MARIA, { type: 'text', text: 'Dove?', ask })
    expect(maria(simulator).keyboard).toEqual(ask)
    await sent(adapter, 'Sempre qui')
    expect(maria(simulator).keyboard).toEqual(ask)
    await adapter.send(MARIA, { type: 'text', text: 'Grazie', hideAsk: true })
    expect(maria(simulator).keyboard).toBeUndefined()
  })

  it('keeps pictures on the phone, and refuses those that do not exist', async () => {
    const simulator = open()
    const adapter = adapterOf(simulator)
    const known = as<MediaKey>('known.jpg')
    expect(await adapter.send(MARIA, { type: 'photos', media: [known, known] })).toMatchObject({
      type: 'sent',
    })
    const { content } = maria(simulator).messages[0] ?? {}
    if (content?.type !== 'photo') throw new Error('no photo')
    expect(await simulator.openFile(content.file)).toEqual(PICTURE)
    const missing = as<MediaKey>('missing.jpg')
    expect(await adapter.send(MARIA, { type: 'photos', media: [missing] })).toMatchObject({ why: 'invalid' })
  })

  it('keeps voice messages on the phone, to be played', async () => {
    const simulator = open()
    const adapter = adapterOf(simulator)
    const voice = as<MediaKey>('known.m4a')
    expect(await adapter.send(MARIA, { type: 'voice', media: voice })).toMatchObject({ type: 'sent' })
    const { content } = maria(simulator).messages[0] ?? {}
    if (content?.type !== 'voice') throw new Error('no voice')
    expect(content.file).toMatch(/\.m4a$/)
    expect(await simulator.openFile(content.file)).toEqual(RECORDED)
    const missing = as<MediaKey>('missing.ogg')
    expect(await adapter.send(MARIA, { type: 'voice', media: missing })).toMatchObject({ why: 'invalid' })
  })

  it.each([
    ['an empty text', SIMULATED.buttons, { type: 'text', text: ' ' }],
    ['a text that is too long', SIMULATED.buttons, { type: 'text', text: 'a'.repeat(4097) }],
    [
      'a button that is too long',
      SIMULATED.staff,
      { type: 'text', text: 'a', buttons: [[{ id: 'à'.repeat(33), label: 'a' }]] },
    ],
    [
      'a button where there are none',
      SIMULATED.plain,
      { type: 'text', text: 'a', buttons: [[{ id: 'a', label: 'a' }]] },
    ],
    [
      'a change where there is none',
      SIMULATED.plain,
      { type: 'edit', target: as<ExternalId>('a.1'), text: 'a' },
    ],
  ] as const)('refuses %s, as the app would', async (_, channel, message) => {
    const adapter = adapterOf(open(false), channel)
    expect(await adapter.send({ ...MARIA, channel }, message)).toMatchObject({
      type: 'refused',
      why: 'invalid',
    })
  })
})

it('refuses what is sent to a phone that has blocked the bot, and tells of it', async () => {
  const simulator = open(false)
  const adapter = adapterOf(simulator)
  const phone = maria(simulator)
  const { onEvents, received } = receiver(2)
  await adapter.start(onEvents)
  await phone.setBlocked(true)
  expect(await adapter.send(MARIA, { type: 'text', text: 'ciao' })).toMatchObject({ why: 'blocked' })
  await expect(phone.sendText('ciao')).rejects.toThrow()
  await phone.setBlocked(false)
  expect(await adapter.send(MARIA, { type: 'text', text: 'ciao' })).toMatchObject({ type: 'sent' })
  expect(await received).toMatchObject([
    { type: 'reachability', reachable: false },
    { type: 'reachability', reachable: true },
  ])
})

describe('after a restart', () => {
  it('shows the conversation as it was, and goes on numbering', async () => {
    const before = open()
    const target = await sent(adapterOf(before), 'Dove?')
    await adapterOf(before).send(MARIA, { type: 'edit', target, text: 'Dove?\n✓ Via Roma' })
    await maria(before).sendText('grazie')
    maria(before).setLocale('en')
    const after = open()
    expect(maria(after).messages).toEqual(maria(before).messages)
    expect(maria(after).locale).toBe('en')
    const next = await sent(adapterOf(after), 'Prego')
    expect(maria(after).messages.filter(({ id }) => id === next)).toHaveLength(1)
  })

  it('hands over again, with the same id, what was not confirmed; and not what was', async () => {
    const before = open()
    const confirmed = receiver(1)
    await adapterOf(before).start(confirmed.onEvents)
    await maria(before).sendText('confermato')
    await confirmed.received
    await adapterOf(before).stop()
    const lost: InboundEvent[] = []
    await new Promise<void>((tried) => {
      void adapterOf(before).start(async (events) => {
        lost.push(...events)
        tried()
        throw new Error('crash')
      })
      void maria(before).sendText('perso')
    })
    await adapterOf(before).stop()

    const after = open()
    const { onEvents, received } = receiver(1)
    await adapterOf(after).start(onEvents)
    expect(await received).toEqual(lost.slice(0, 1))
    expect(lost[0]).toMatchObject({ text: 'perso' })
  })

  it('cuts off half a line that a crash has left', async () => {
    await maria(open()).sendText('ciao')
    const folder = join(dataDir, 'simulator')
    const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.jsonl'))
    const whole = await readFile(join(folder, name), 'utf8')
    await writeFile(join(folder, name), `${whole}{"type":"sa`)
    await maria(open()).sendText('ancora')
    expect(maria(open()).messages.map(({ content }) => content)).toMatchObject([
      { text: 'ciao' },
      { text: 'ancora' },
    ])
  })

  it('draws new ids when its folder was deleted: the inbox must not take them for repeats', async () => {
    const first = await maria(open()).sendText('ciao')
    await rm(join(dataDir, 'simulator'), { recursive: true })
    expect(await maria(open()).sendText('ciao')).not.toBe(first)
  })
})

it('tries again what could not be stored', async () => {
  const simulator = open(false)
  let attempts = 0
  const stored = new Promise<string>((resolve) => {
    void adapterOf(simulator).start(async ([event]) => {
      attempts++
      if (attempts === 1) throw new Error('no database')
      resolve(event?.id ?? '')
    })
  })
  await maria(simulator).sendText('ciao')
  await stored
  expect(attempts).toBe(2)
  await adapterOf(simulator).stop()
})
