import { jest } from '@jest/globals'
import {
  downloadMediaMessage,
  getContentType,
  normalizeMessageContent,
  proto,
  type WAMessage,
} from '@whiskeysockets/baileys'
import { verifySignature } from 'libsignal/src/curve.js'
import { createServerIdentity } from './fake-whatsapp/certificate.js'
import { type FakeWhatsApp, type Phone, type SentMessage, startFakeWhatsApp } from './fake-whatsapp/index.js'
import { type Client, codeOf, linkByQr, newMemory, startClient } from './whatsapp-client.js'

/** The fake under the unmodified client: linking, and all that people and the town say to each other. */

let fake: FakeWhatsApp
let client: Client
let ada: Phone

const bytes = (length: number, seed: number) =>
  Buffer.from(Array.from({ length }, (_, i) => (i * seed) % 251))
const PHOTO = bytes(5_000, 7)

beforeAll(async () => {
  jest.spyOn(console, 'info').mockImplementation(() => {}) // libsignal, for the client
  jest.spyOn(console, 'warn').mockImplementation(() => {})
  fake = await startFakeWhatsApp()
  ada = fake.phone('+39 333 1234567', { name: 'Ada' })
  client = await linkByQr(fake, newMemory())
})
afterAll(async () => {
  await client.close()
  await fake.stop()
})

const withId =
  ({ id }: { id: string }) =>
  ({ key }: WAMessage) =>
    key.id === id
const heard = (sent: SentMessage) => client.message(withId(sent))
const contentOf = ({ message }: WAMessage) => normalizeMessageContent(message) ?? {}
const download = (message: WAMessage) => downloadMediaMessage(message, 'buffer', {})

test('a device linked by QR hears a person by LID, with number and name, and answers', async () => {
  const sent = await ada.sends('ciao')
  expect(await heard(sent)).toMatchObject({
    key: { remoteJid: ada.lid, remoteJidAlt: ada.pn, fromMe: false },
    pushName: 'Ada',
    message: { conversation: 'ciao' },
  })
  await client.socket.sendMessage(ada.lid, { text: 'Buongiorno Ada' })
  expect(await ada.receives('Buongiorno')).toMatchObject({ kind: 'text', text: 'Buongiorno Ada', times: 1 })
  expect(fake.devices()).toMatchObject([{ number: 1, jid: '390172699611:1@s.whatsapp.net' }])
})

test('a device is linked by code; another code links nothing', async () => {
  const other = await startFakeWhatsApp({ townNumber: '390172000000' })
  const memory = newMemory()
  const first = startClient(other, memory)
  await first.connection(({ qr }) => qr !== undefined)
  const code = await first.socket.requestPairingCode('390172000000')
  await other.until('query', { detail: /link_code/ })
  await expect(other.enterPairingCode('AAAAAAAA')).rejects.toThrow('not the code')
  expect(other.devices()).toEqual([])
  await other.enterPairingCode(code)
  expect(codeOf(await first.connection(({ connection }) => connection === 'close'))).toBe(515)

  const linked = startClient(other, memory)
  await linked.connection(({ connection }) => connection === 'open')
  await other.until('online')
  const sent = await other.phone('393330000001').sends('anch’io')
  await linked.message(withId(sent))
  await linked.close()
  await other.stop()
})

type Sending = [what: string, send: () => Promise<SentMessage>, expected: object]

const sendings: Sending[] = [
  ['words', () => ada.sends('una buca'), { conversation: 'una buca' }],
  ['words that disappear', () => ada.sends('pssst', { ephemeral: true }), { conversation: 'pssst' }],
  [
    'a pin',
    () => ada.sendsPin(44.5479, 7.7189, { name: 'Piazza', address: 'Via Roma 1' }),
    {
      locationMessage: {
        degreesLatitude: 44.5479,
        degreesLongitude: 7.7189,
        name: 'Piazza',
        address: 'Via Roma 1',
      },
    },
  ],
  [
    'a live pin',
    () => ada.sendsLivePin(44.5, 7.7, 'arrivo'),
    { liveLocationMessage: { degreesLatitude: 44.5, degreesLongitude: 7.7, caption: 'arrivo' } },
  ],
  [
    'a contact',
    () => ada.sendsContact('Bruno', '+39 333 7654321'),
    { contactMessage: { displayName: 'Bruno', vcard: expect.stringContaining('waid=393337654321') } },
  ],
  [
    'a button',
    () => ada.picksButton('b2', 'Sì'),
    { buttonsResponseMessage: { selectedButtonId: 'b2', selectedDisplayText: 'Sì' } },
  ],
  [
    'a template button',
    () => ada.picksTemplateButton('t1', 'No'),
    { templateButtonReplyMessage: { selectedId: 't1' } },
  ],
  [
    'a row of a list',
    () => ada.picksRow('r3', 'Strade'),
    { listResponseMessage: { title: 'Strade', singleSelectReply: { selectedRowId: 'r3' } } },
  ],
  ['a poll', () => ada.sendsPoll('Domani?', ['Sì', 'No']), { pollCreationMessageV3: { name: 'Domani?' } }],
]

test.each(sendings)('the device hears %s', async (_, send, expected) => {
  const message = await heard(await send())
  expect(proto.Message.toObject(proto.Message.fromObject(contentOf(message)))).toMatchObject(expected)
})

type FileSending = [what: string, send: () => Promise<SentMessage>, type: string, expected: object]

const files: FileSending[] = [
  [
    'a photo',
    () => ada.sendsPhoto(PHOTO, 'ecco'),
    'imageMessage',
    { caption: 'ecco', mimetype: 'image/jpeg' },
  ],
  ['a photo to be seen once', () => ada.sendsPhoto(PHOTO, undefined, { viewOnce: true }), 'imageMessage', {}],
  [
    'a photo that disappears',
    () => ada.sendsPhoto(PHOTO, 'via', { ephemeral: true }),
    'imageMessage',
    { caption: 'via' },
  ],
  [
    'a document',
    () => ada.sendsDocument(PHOTO, { caption: 'allegato' }),
    'documentMessage',
    { fileName: 'foto.jpg' },
  ],
  ['a voice note', () => ada.sendsVoice(bytes(900, 3), 4), 'audioMessage', { ptt: true, seconds: 4 }],
  ['a video', () => ada.sendsVideo(bytes(2_000, 11), 'guarda'), 'videoMessage', { caption: 'guarda' }],
  ['a sticker', () => ada.sendsSticker(bytes(800, 5)), 'stickerMessage', { mimetype: 'image/webp' }],
]

test.each(files)('the device fetches and opens %s', async (_, send, type, expected) => {
  const sent = await send()
  const message = await heard(sent)
  const content = contentOf(message)
  expect(getContentType(content)).toBe(type)
  expect(content).toMatchObject({ [type]: expected })
  const original = type === 'imageMessage' || type === 'documentMessage' ? PHOTO : undefined
  const fetched = await download(message)
  if (original) expect(fetched.equals(original)).toBe(true)
  else expect(fetched.length).toBeGreaterThan(700)
})

test('an album is a frame and photos that name it, with the words under the first', async () => {
  const photos = await ada.sendsAlbum([PHOTO, bytes(4_000, 13)], 'due foto')
  const messages = await Promise.all(photos.map(heard))
  expect(messages.map((message) => contentOf(message).imageMessage?.caption || undefined)).toEqual([
    'due foto',
    undefined,
  ])
  const frames = messages.map(
    ({ message }) => message?.messageContextInfo?.messageAssociation?.parentMessageKey?.id,
  )
  const frame = await client.message(
    ({ message }) => message?.albumMessage !== undefined && message.albumMessage !== null,
  )
  expect(frames).toEqual([frame.key.id, frame.key.id])
})

test('a person quotes, reacts to, edits and deletes', async () => {
  await client.socket.sendMessage(ada.lid, { text: 'La sua segnalazione 7' })
  const seven = await ada.receives('segnalazione 7')
  const answer = await heard(await ada.quotes(seven, 'a che punto è?'))
  expect(contentOf(answer).extendedTextMessage).toMatchObject({
    text: 'a che punto è?',
    contextInfo: { stanzaId: seven.id },
  })
  const thumb = await heard(await ada.reacts(seven, '👍'))
  expect(contentOf(thumb).reactionMessage).toMatchObject({ text: '👍', key: { id: seven.id, fromMe: true } })

  const sent = await ada.sends('via Rma')
  await ada.edits(sent, 'via Roma')
  await client.update(
    ({ key, update }) =>
      key.id === sent.id && update.message?.editedMessage?.message?.conversation === 'via Roma',
  )
  await ada.deletes(sent)
  await client.update(({ key, update }) => key.id === sent.id && update.message === null)
})

test('a phone opens what the town sends: words, photo, pin, voice, reaction, correction', async () => {
  const { socket } = client
  const asked = await ada.sends('mandatemi tutto')
  const quoted = await heard(asked)
  await socket.sendMessage(ada.lid, { text: 'eccomi' }, { quoted })
  expect(await ada.receives('eccomi')).toMatchObject({ kind: 'text', quotes: asked.id })
  await socket.sendMessage(ada.lid, { image: PHOTO, caption: 'prima e dopo', jpegThumbnail: '' })
  expect(await ada.receives('prima e dopo')).toMatchObject({
    kind: 'photo',
    bytes: PHOTO,
    mime: 'image/jpeg',
  })
  await socket.sendMessage(ada.lid, {
    location: { degreesLatitude: 44.5, degreesLongitude: 7.7, name: 'qui' },
  })
  expect(await ada.receives(({ kind }) => kind === 'pin')).toMatchObject({
    pin: { latitude: 44.5, longitude: 7.7, name: 'qui' },
  })
  await socket.sendMessage(ada.lid, {
    audio: bytes(700, 3),
    ptt: true,
    seconds: 2,
    mimetype: 'audio/ogg; codecs=opus',
  })
  expect((await ada.receives(({ kind }) => kind === 'voice')).bytes).toHaveLength(700)
  await socket.sendMessage(ada.lid, { react: { text: '❤️', key: quoted.key } })
  expect(await ada.receives('❤️')).toMatchObject({ kind: 'reaction', quotes: asked.id })
  const wrong = await socket.sendMessage(ada.lid, { text: 'domni' })
  await ada.receives('domni')
  await socket.sendMessage(ada.lid, { text: 'domani', edit: wrong?.key })
  expect(await ada.receives('domani')).toMatchObject({ id: wrong?.key.id, edited: true })
})

test('ticks go both ways; a phone that is off ticks later, one that blocks the town never', async () => {
  const sent = await ada.sends('letto?')
  await sent.delivered()
  const { key } = await heard(sent)
  await client.socket.readMessages([key])
  await sent.read()

  const { DELIVERY_ACK, READ } = proto.WebMessageInfo.Status
  const isDelivered = (message: WAMessage | undefined) => client.statusOf(message?.key.id) >= DELIVERY_ACK
  ada.switchesOff()
  const late = await client.socket.sendMessage(ada.lid, { text: 'quando accende' })
  await fake.until('sent', { id: late?.key.id ?? '' })
  expect(isDelivered(late)).toBe(false)
  await ada.switchesOn()
  await client.status(late?.key.id, DELIVERY_ACK)
  ada.reads(await ada.receives('quando accende'))
  await client.status(late?.key.id, READ)

  ada.blocks()
  const never = await client.socket.sendMessage(ada.lid, { text: 'invano' })
  await fake.until('sent', { id: never?.key.id ?? '' })
  ada.unblocks()
  const next = await client.socket.sendMessage(ada.lid, { text: 'di nuovo' })
  await client.status(next?.key.id, DELIVERY_ACK)
  expect(ada.received().map(({ text }) => text)).not.toContain('invano')
  expect(isDelivered(never)).toBe(false)
})

test('somebody is known by number, by LID alone, or by both', async () => {
  const byNumber = fake.phone('393331111111', { addressing: 'pn' })
  expect((await heard(await byNumber.sends('dal numero'))).key).toMatchObject({
    remoteJid: byNumber.pn,
    remoteJidAlt: byNumber.lid,
  })
  const hidden = fake.phone('777000@lid')
  const { key } = await heard(await hidden.sends('chi sono?'))
  expect(key.remoteJid).toBe('777000@lid')
  expect(key.remoteJidAlt).toBeUndefined()
  await client.socket.sendMessage('777000@lid', { text: 'si presenti' })
  await hidden.receives('si presenti')
  const known = await client.socket.onWhatsApp('+393331111111', '393339999999')
  expect(known).toEqual([{ jid: byNumber.pn, exists: true }])
})

test('the device hears what the town writes from the phone, and the phone shows what the device writes', async () => {
  const sent = await fake.town.sends('risponde il Comune', ada)
  expect(await heard(sent)).toMatchObject({
    key: { remoteJid: ada.lid, fromMe: true },
    message: { conversation: 'risponde il Comune' },
  })
  const copy = await client.socket.sendMessage(ada.lid, { text: 'dal dispositivo' })
  await ada.receives('dal dispositivo')
  expect(fake.town.copies.get(copy?.key.id ?? '')).toBe('dal dispositivo')
})

test('the device hears of a group, a status, a call and a photo that is not for linked devices', async () => {
  const inGroup = await heard(await ada.sendsElsewhere('120363000000000001@g.us', 'a tutti'))
  expect(inGroup).toMatchObject({
    key: { remoteJid: '120363000000000001@g.us', participant: ada.lid, participantAlt: ada.pn },
    message: { conversation: 'a tutti' },
  })
  const status = await heard(await ada.sendsElsewhere('status@broadcast', 'in vacanza'))
  expect(status.key).toMatchObject({ remoteJid: 'status@broadcast', participant: ada.lid })
  const id = ada.calls()
  expect(await client.message(withId({ id }))).toMatchObject({
    key: { remoteJid: ada.lid },
    messageStubType: proto.WebMessageInfo.StubType.CALL_MISSED_VOICE,
  })
  const withheld = await client.message(withId({ id: ada.sendsWithheldPhoto() }))
  expect(withheld).toMatchObject({ key: { isViewOnce: true } })
  expect(contentOf(withheld)).toEqual({})
})

test('two devices of one town both hear people, and hear what the other writes', async () => {
  const second = await linkByQr(fake, newMemory())
  const sent = await ada.sends('a tutti e due')
  await Promise.all([heard(sent), second.message(withId(sent))])
  await second.socket.sendMessage(ada.lid, { text: 'dal secondo' })
  await ada.receives('dal secondo')
  const copy = await client.message(
    (message) => contentOf(message).extendedTextMessage?.text === 'dal secondo',
  )
  expect(copy.key).toMatchObject({ fromMe: true, remoteJid: ada.lid })
  await second.socket.logout()
  await fake.until('unlinked', { device: 2 })
})

test('the chain that vouches for the server is genuine, although the client of today would not mind', () => {
  const { chain, rootKey, staticKey } = createServerIdentity()
  const { intermediate, leaf } = proto.CertChain.decode(chain)
  const { Details } = proto.CertChain.NoiseCertificate
  const keyIn = (certificate: typeof leaf) => Details.decode(certificate?.details ?? PHOTO).key ?? PHOTO
  const isSigned = (key: Uint8Array, certificate: typeof leaf) =>
    verifySignature(
      Buffer.concat([Buffer.from([5]), key]),
      Buffer.from(certificate?.details ?? PHOTO),
      Buffer.from(certificate?.signature ?? PHOTO),
    )
  expect(isSigned(rootKey, intermediate)).toBe(true)
  expect(isSigned(keyIn(intermediate), leaf)).toBe(true)
  expect(isSigned(rootKey, leaf)).toBe(false)
  expect(Buffer.from(keyIn(leaf)).equals(staticKey.public)).toBe(true)
})
