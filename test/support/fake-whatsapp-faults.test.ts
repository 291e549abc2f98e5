import { jest } from '@jest/globals'
import { type proto, WAMessageStatus } from '@whiskeysockets/baileys'
import { createFaults } from './fake-whatsapp/faults.js'
import { type FakeWhatsApp, type FaultPoint, type Phone, startFakeWhatsApp } from './fake-whatsapp/index.js'
import {
  type Client,
  codeOf,
  comeBack,
  linkByQr,
  type Memory,
  newMemory,
  startClient,
} from './whatsapp-client.js'

/** What goes wrong between the unmodified client and the fake, and what is left of it afterwards. */

let fake: FakeWhatsApp
let memory: Memory
let client: Client
let people = 0
const PHOTO = Buffer.alloc(3_000, 'foto')

beforeAll(async () => {
  for (const level of ['info', 'warn', 'error'] as const)
    jest.spyOn(console, level).mockImplementation(() => {})
  fake = await startFakeWhatsApp()
  memory = newMemory()
  client = await linkByQr(fake, memory)
})
afterEach(async () => {
  fake.faults.clear()
  if (fake.devices().length > 0 && !client.socket.ws.isOpen) client = await comeBack(fake, memory)
})
afterAll(async () => {
  await client.close()
  await fake.stop()
})

const somebody = (): Phone => fake.phone(`39333000${1000 + people++}`)
const wordsOf = (seen: Client) =>
  seen.messages.map(({ message }) => message.message?.conversation).filter(Boolean)
const ended = async (seen: Client) =>
  codeOf(await seen.connection(({ connection }) => connection === 'close'))
const hears = (seen: Client, words: string) => seen.message(({ message }) => message?.conversation === words)

describe('the device is away', () => {
  test('what waits is handed over in order and as `append`, once', async () => {
    const ada = somebody()
    await client.close()
    for (const words of ['uno', 'due', 'tre']) await ada.sends(words)
    client = await comeBack(fake, memory)
    await hears(client, 'tre')
    expect(client.messages.map(({ type }) => type)).toEqual(['append', 'append', 'append'])
    expect(wordsOf(client)).toEqual(['uno', 'due', 'tre'])
    await fake.until('delivered', { id: client.messages[2]?.message.key.id ?? '' })

    await client.close()
    client = await comeBack(fake, memory)
    await hears(client, await ada.sends('quattro').then(() => 'quattro'))
    expect(wordsOf(client)).toEqual(['quattro'])
    expect(memory.creds).toContain('routingInfo') // the server's hint, which the client put before its hello
  })

  test('a message that was not acknowledged comes again at the next login', async () => {
    const ada = somebody()
    fake.faults.next('incoming', { kind: 'silent' })
    await ada.sends('perso per strada')
    fake.drop()
    expect(await ended(client)).toBe(428)
    client = await comeBack(fake, memory)
    await hears(client, 'perso per strada')
  })

  test('receipts wait too', async () => {
    const ada = somebody()
    await ada.sends('ci sono')
    await hears(client, 'ci sono')
    ada.switchesOff()
    const sent = await client.socket.sendMessage(ada.lid, { text: 'a dopo' })
    await fake.until('sent', { id: sent?.key.id ?? '' })
    await client.close()
    await ada.switchesOn()
    client = await comeBack(fake, memory)
    await client.status(sent?.key.id, WAMessageStatus.DELIVERY_ACK)
  })
})

describe('a message on its way to the device', () => {
  test('comes twice with the same bytes, the first of a session: the second copy is refused', async () => {
    const ada = somebody()
    fake.faults.next('incoming', { kind: 'twice' })
    const sent = await ada.sends('doppio')
    await fake.until('refused', { id: sent.id, detail: '487' })
    await ada.sends('dopo il doppio')
    await hears(client, 'dopo il doppio')
    expect(client.messages.filter(({ message }) => message.key.id === sent.id)).toHaveLength(1)
  })

  test('comes twice with the same bytes, later in a session: the client asks again, and the app hears it twice', async () => {
    const ada = somebody()
    await client.socket.sendMessage(ada.lid, { text: 'sessione' })
    await ada.receives('sessione')
    fake.faults.next('incoming', { kind: 'twice' })
    const sent = await ada.sends('doppio')
    await fake.until('retry', { id: sent.id })
    await ada.sends('dopo il doppio')
    await hears(client, 'dopo il doppio')
    expect(wordsOf(client).filter((words) => words === 'doppio')).toHaveLength(2)
  })

  test('comes twice sealed anew: the app hears the same id twice, and must drop one', async () => {
    const ada = somebody()
    const sent = await ada.sends('ripetuto')
    await ada.repeats(sent)
    await ada.sends('dopo')
    await hears(client, 'dopo')
    expect(client.messages.filter(({ message }) => message.key.id === sent.id)).toHaveLength(2)
  })

  test('is overtaken by the next', async () => {
    const ada = somebody()
    await ada.sends('prima di tutto')
    await hears(client, 'prima di tutto')
    fake.faults.next('incoming', { kind: 'behind' })
    await ada.sends('scavalcato')
    await ada.sends('veloce')
    await hears(client, 'scavalcato')
    expect(wordsOf(client).slice(-2)).toEqual(['veloce', 'scavalcato'])
  })

  test.each(['first', 'later'])(
    'cannot be read (the %s one of a session): the device asks again and gets it',
    async (which) => {
      const ada = somebody()
      if (which === 'later') {
        await client.socket.sendMessage(ada.lid, { text: 'sessione' })
        await ada.receives('sessione')
      }
      fake.faults.next('incoming', { kind: 'garbled' })
      const sent = await ada.sends(`illeggibile ${which}`)
      await fake.until('retry', { id: sent.id, detail: '1' })
      await hears(client, `illeggibile ${which}`)
      await fake.until('refused', { id: sent.id, detail: '500' })
      await sent.delivered()
    },
  )
})

test('a message that cannot be read twice is sealed with keys that the device sends along', async () => {
  const ada = somebody()
  fake.faults.next('incoming', { kind: 'garbled' }, 2)
  const sent = await ada.sends('al terzo tentativo')
  await fake.until('retry', { id: sent.id, detail: '2' })
  await hears(client, 'al terzo tentativo')
})

describe('a message of the town', () => {
  const send = async (to: Phone, text: string) =>
    (await client.socket.sendMessage(to.lid, { text }))?.key.id ?? ''

  test.each([463, 479])('is refused with %i: the client says so with a status', async (code) => {
    const ada = somebody()
    fake.faults.next('outgoing', { kind: 'refuse', code })
    const id = await send(ada, 'rifiutato')
    expect((await client.status(id, WAMessageStatus.ERROR))[0]).toBe(String(code))
    expect(ada.received()).toEqual([])
  })

  test('fails although it had been taken', async () => {
    const ada = somebody()
    ada.switchesOff()
    const id = await send(ada, 'ritirato')
    await fake.until('sent', { id })
    fake.fails(id, ada.lid, 500)
    expect(await client.status(id, WAMessageStatus.ERROR)).toEqual(['500'])
  })

  test('arrives although the line broke before the client knew', async () => {
    const ada = somebody()
    fake.faults.next('outgoing', { kind: 'cut-after' })
    await send(ada, 'arrivato lo stesso')
    await ada.receives('arrivato lo stesso')
    expect(await ended(client)).toBe(428)
  })

  test('is lost if the line breaks before', async () => {
    const ada = somebody()
    fake.faults.next('outgoing', { kind: 'cut' })
    await send(ada, 'mai partito')
    expect(await ended(client)).toBe(428)
    expect(ada.received()).toEqual([])
  })

  test('cannot be read by the phone, which asks again: the client sends it once more', async () => {
    const ada = somebody()
    await send(ada, 'prima')
    await ada.receives('prima')
    ada.cannotRead()
    const id = await send(ada, 'seconda')
    expect(await ada.receives('seconda')).toMatchObject({ id, times: 1 })
  })

  test('that could not be read at once stands where it came', async () => {
    const ada = somebody()
    await send(ada, 'prima')
    await ada.receives('prima')
    ada.cannotRead()
    await send(ada, 'seconda')
    await send(ada, 'terza')
    await ada.receives('terza', { since: 'start' })
    await ada.receives('seconda', { since: 'start' })
    expect(ada.received().map(({ text }) => text)).toEqual(['prima', 'seconda', 'terza'])
  })

  test('that was sealed before the phone opened a new session can still be read', async () => {
    const ada = somebody()
    await send(ada, 'prima')
    await ada.receives('prima')
    ada.switchesOff()
    const id = await send(ada, 'con le chiavi di prima')
    await fake.until('sent', { id })
    fake.faults.next('incoming', { kind: 'garbled' })
    const sent = await ada.sends('illeggibile')
    await fake.until('retry', { id: sent.id })
    await hears(client, 'illeggibile')
    await ada.switchesOn()
    expect(await ada.receives('con le chiavi di prima')).toMatchObject({ id, times: 1 })
    expect(fake.journal.all.filter(({ what, id: of }) => what === 'unreadable' && of === id)).toEqual([])
  })

  test('is read by a new phone with other keys after it asked again', async () => {
    const ada = somebody()
    await send(ada, 'al vecchio telefono')
    await ada.receives('al vecchio telefono')
    ada.changesHandset()
    await send(ada, 'al nuovo telefono')
    await ada.receives('al nuovo telefono')
  })

  test('that an earlier process sent is sent again if the app still has it', async () => {
    const ada = somebody()
    ada.switchesOff()
    const id = await send(ada, 'dal processo di prima')
    await fake.until('sent', { id })
    await client.close()
    const getMessage = async (): Promise<proto.IMessage> => ({ conversation: 'dal processo di prima' })
    client = await comeBack(fake, memory, { getMessage })
    ada.cannotRead()
    await ada.switchesOn()
    expect(await ada.receives('processo di prima')).toMatchObject({ id })
  })
})

describe('files', () => {
  test.each<FaultPoint>(['upload', 'download'])('a refused %s is an error of the client', async (point) => {
    const ada = somebody()
    fake.faults.next(point, { kind: 'refuse', code: point === 'upload' ? 500 : 403 })
    const { downloadMediaMessage } = await import('@whiskeysockets/baileys')
    if (point === 'upload') {
      const photo = { image: PHOTO, jpegThumbnail: '' }
      await expect(client.socket.sendMessage(ada.lid, photo)).rejects.toThrow('Media upload failed')
    } else {
      const sent = await ada.sendsPhoto(PHOTO)
      const message = await client.message(({ key }) => key.id === sent.id)
      await expect(downloadMediaMessage(message, 'buffer', {})).rejects.toThrow('Failed to fetch')
      expect((await downloadMediaMessage(message, 'buffer', {})).equals(PHOTO)).toBe(true)
    }
  })
})

describe('the connection', () => {
  test.each([
    ['breaks', () => fake.drop(), 428],
    ['is ended by the server', () => fake.hangUp(503), 503],
    ['is taken over', () => fake.replace(), 440],
  ])('%s', async (_, happen, code) => {
    happen()
    expect(await ended(client)).toBe(code)
  })

  test('is taken over by a second client on the same keys', async () => {
    const second = await comeBack(fake, memory)
    expect(await ended(client)).toBe(440)
    client = second
  })

  test.each([403, 405, 411, 500, 503])('is refused with %i', async (code) => {
    await client.close()
    fake.faults.next('login', { kind: 'refuse', code })
    expect(await ended(startClient(fake, memory))).toBe(code)
  })

  test('does not even begin', async () => {
    await client.close()
    fake.faults.next('connect', { kind: 'cut' })
    expect(await ended(startClient(fake, memory))).toBe(428)
  })

  test('answers slowly', async () => {
    const ada = somebody()
    fake.faults.next('query usync', { kind: 'slow', ms: 30 })
    await client.socket.sendMessage(ada.lid, { text: 'con calma' })
    await ada.receives('con calma')
  })
})

test('a device that runs out of one-time keys is asked for more', async () => {
  const shelf = fake.devices()[0]?.keys
  while (shelf !== undefined && shelf.count > 5) shelf.take()
  const mark = fake.journal.mark()
  await somebody().sends('l’ultima chiave')
  await fake.until('keys', { since: mark, detail: '9' })
})

test('a device that the phone throws out gets 401, now and later, and can be linked anew', async () => {
  fake.logOut()
  expect(await ended(client)).toBe(401)
  expect(await ended(startClient(fake, memory))).toBe(401)
  await expect(somebody().sends('c’è nessuno?')).rejects.toThrow('No device')
  memory = newMemory()
  client = await linkByQr(fake, memory)
  await somebody().sends('di nuovo qui')
  await hears(client, 'di nuovo qui')
  await client.socket.logout()
  await fake.until('unlinked', { device: 2 })
})

test('faults by chance: the same seed, the same faults, and as many as are told', () => {
  const kindsOf = (seed: number) => {
    const faults = createFaults()
    faults.random('incoming', { rate: 0.5, seed, faults: [{ kind: 'twice' }, { kind: 'behind' }] })
    const taken = Array.from({ length: 40 }, () => faults.take('incoming')?.kind)
    expect(faults.take('outgoing')).toBeUndefined()
    expect(faults.dealt).toBe(taken.filter(Boolean).length)
    faults.clear()
    expect(faults.take('incoming')).toBeUndefined()
    return taken
  }
  expect(kindsOf(1)).toEqual(kindsOf(1))
  expect(kindsOf(1)).not.toEqual(kindsOf(2))
  expect(new Set(kindsOf(1))).toEqual(new Set([undefined, 'twice', 'behind']))
})
