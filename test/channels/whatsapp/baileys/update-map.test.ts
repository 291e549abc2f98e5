import { proto, type WAMessage } from '@whiskeysockets/baileys'
import { failureOf, outcomeOf, receiptOf } from '../../../../src/channels/whatsapp/baileys/outcome.js'
import { messageOf, rawOf } from '../../../../src/channels/whatsapp/baileys/raw-message.js'
import { identityOf, mapMessage } from '../../../../src/channels/whatsapp/baileys/update-map.js'
import { as, type ChannelName, type ChatId } from '../../../../src/kernel/ids.js'

/** What arrives, as it is written down: JSON, bytes in base64. */

const LID = '111222333@lid'
const NUMBER = '393331234567@s.whatsapp.net'
const now = new Date(Date.UTC(2026, 10, 24))
const line = { channel: as<ChannelName>('whatsapp'), chat: as<ChatId>(LID), order: 7 }

const arrived = (message: object | undefined, key: object = {}, more: object = {}): WAMessage => ({
  key: { remoteJid: LID, remoteJidAlt: NUMBER, fromMe: false, id: '3A01', ...key },
  messageTimestamp: 1_764_000_000,
  pushName: 'Ada',
  ...(message && { message: proto.Message.fromObject(message) }),
  ...more,
})
const mapped = (message: WAMessage) => mapMessage(message, line, now)

const file = { url: 'https://mmg.whatsapp.net/x', mediaKey: 'AAEC', fileEncSha256: 'AwQ=', fileLength: 99 }
const where = (type: string) =>
  JSON.stringify({
    type,
    url: 'https://mmg.whatsapp.net/x',
    mediaKey: 'AAEC',
    fileEncSha256: 'AwQ=',
    message: '3A01',
    from: LID,
  })
const edit = (editedMessage: object) => ({
  protocolMessage: { key: { id: '3A00' }, type: 'MESSAGE_EDIT', editedMessage },
})

test.each<[string, object, object]>([
  ['a text', { conversation: 'ciao' }, { type: 'text', text: 'ciao' }],
  ['a text with a link', { extendedTextMessage: { text: 'ciao' } }, { type: 'text', text: 'ciao' }],
  ['U+0000 in it', { conversation: 'a\u0000b' }, { type: 'text', text: 'ab' }],
  [
    'disappearing, seen once, in a wrapper',
    { ephemeralMessage: { message: { viewOnceMessageV2: { message: { conversation: 'ciao' } } } } },
    { type: 'text', text: 'ciao' },
  ],
  [
    'an answer to a message',
    { extendedTextMessage: { text: 'sì', contextInfo: { stanzaId: '3EB0' } } },
    { type: 'text', text: 'sì', replyTo: '3EB0' },
  ],
  [
    'a photo that answers one',
    { imageMessage: { ...file, mimetype: 'image/jpeg', caption: 'qui', contextInfo: { stanzaId: '3EB0' } } },
    {
      type: 'media',
      kind: 'photo',
      caption: 'qui',
      replyTo: '3EB0',
      ref: { id: where('image'), mime: 'image/jpeg', size: 99 },
    },
  ],
  [
    'a file with words',
    {
      documentWithCaptionMessage: {
        message: { documentMessage: { ...file, fileName: 'a.pdf', caption: 'qui' } },
      },
    },
    {
      type: 'media',
      kind: 'document',
      caption: 'qui',
      ref: { id: where('document'), size: 99, fileName: 'a.pdf' },
    },
  ],
  [
    'a voice note',
    { audioMessage: { ...file, ptt: true, mimetype: 'audio/ogg; codecs=opus' } },
    { type: 'media', kind: 'voice', ref: { id: where('audio'), mime: 'audio/ogg', size: 99 } },
  ],
  [
    'a round video',
    { ptvMessage: file },
    { type: 'media', kind: 'video', ref: { id: where('video'), size: 99 } },
  ],
  ['a photo without its key', { imageMessage: { url: file.url } }, { type: 'unsupported', what: 'other' }],
  [
    'a place of nowhere',
    { locationMessage: { degreesLatitude: Number.NaN, degreesLongitude: 7 } },
    { type: 'unsupported', what: 'other' },
  ],
  [
    'the own card',
    { contactMessage: { vcard: 'BEGIN:VCARD\nTEL;type=CELL;waid=393331234567:+39 333 123 4567\nEND:VCARD' } },
    { type: 'contact', phone: '+393331234567', own: true },
  ],
  [
    'a card without an account',
    { contactMessage: { vcard: 'BEGIN:VCARD\nitem1.TEL:0172 699611\nEND:VCARD' } },
    { type: 'contact', phone: '0172 699611', own: false },
  ],
  [
    'a card without a number',
    { contactMessage: { vcard: 'BEGIN:VCARD' } },
    { type: 'unsupported', what: 'other' },
  ],
  [
    'a button',
    { buttonsResponseMessage: { selectedButtonId: '5.yes', contextInfo: { stanzaId: '3EB0' } } },
    { type: 'choice', choice: '5.yes', question: '3EB0', replyTo: '3EB0' },
  ],
  [
    'a button without an id',
    { buttonsResponseMessage: { selectedDisplayText: 'Sì' } },
    { type: 'text', text: 'Sì' },
  ],
  [
    'a button of a newer kind',
    { interactiveResponseMessage: { nativeFlowResponseMessage: { paramsJson: '{"id": "5.yes"}' } } },
    { type: 'choice', choice: '5.yes' },
  ],
  ['a changed text', edit({ conversation: 'buca' }), { type: 'edited', message: undefined, text: 'buca' }],
  [
    'a changed caption',
    { editedMessage: { message: edit({ imageMessage: { caption: 'buca' } }) } },
    { type: 'edited', text: 'buca' },
  ],
  ['a sticker', { stickerMessage: file }, { type: 'unsupported', what: 'sticker' }],
  ['a poll', { pollCreationMessageV3: { name: 'x' } }, { type: 'unsupported', what: 'poll' }],
  ['an invitation', { groupInviteMessage: { groupName: 'x' } }, { type: 'unsupported', what: 'other' }],
])('%s', (_, message, content) => {
  const event = mapped(arrived(message))
  const expected = { ...content } as Record<string, unknown>
  if (expected.type === 'edited') expected.message = '3A00'
  expect(event).toEqual({
    id: '3A01',
    order: 7,
    from: { channel: 'whatsapp', chat: LID },
    actor: LID,
    at: '2025-11-24T16:00:00.000Z',
    message: '3A01',
    personName: 'Ada',
    phone: '+393331234567',
    private: true,
    ...expected,
  })
  expect(JSON.parse(JSON.stringify(event))).toEqual(event)
})

test.each<[string, WAMessage]>([
  ['our own', arrived({ conversation: 'x' }, { fromMe: true })],
  ['written in a group', arrived({ conversation: 'x' }, { remoteJid: '1@g.us', participant: LID })],
  ['a status', arrived({ conversation: 'x' }, { remoteJid: 'status@broadcast', remoteJidAlt: undefined })],
  ['a reaction', arrived({ reactionMessage: { text: '👍' } })],
  ['a deletion', arrived({ protocolMessage: { type: 'REVOKE', key: { id: '3A00' } } })],
  ['a vote', arrived({ pollUpdateMessage: {} })],
  ['the frame of an album', arrived({ albumMessage: { expectedImageCount: 2 } })],
  ['keys of a group', arrived({ senderKeyDistributionMessage: { groupId: '1@g.us' } })],
  ['nothing', arrived(undefined)],
])('%s: says nothing to us', (_, message) => {
  expect(mapped(message)).toBeUndefined()
})

test('what linked devices are not shown is said to be so', () => {
  expect(mapped(arrived(undefined, { isViewOnce: true }))).toMatchObject({ type: 'unsupported' })
})

test('pictures of one album have its name in common', () => {
  const association = { associationType: 'MEDIA_ALBUM', parentMessageKey: { id: '3AFF' } }
  const message = { imageMessage: file, messageContextInfo: { messageAssociation: association } }
  expect(mapped(arrived(message))).toMatchObject({ album: '3AFF' })
  expect(mapped(arrived({ associatedChildMessage: { message } }))).toMatchObject({ album: '3AFF' })
})

test('an id that somebody made up is cut', () => {
  expect(mapped(arrived({ conversation: 'x' }, { id: 'x'.repeat(10_000) }))?.id).toHaveLength(128)
})

test.each([
  [
    { remoteJid: '111:4@lid', remoteJidAlt: '39333:2@s.whatsapp.net' },
    { lid: '111@lid', phone: '39333@s.whatsapp.net' },
  ],
  [
    { remoteJid: '39333@s.whatsapp.net', remoteJidAlt: '111@lid' },
    { lid: '111@lid', phone: '39333@s.whatsapp.net' },
  ],
  [{ remoteJid: '39333@c.us' }, { phone: '39333@s.whatsapp.net' }],
  [{ remoteJid: '1@g.us' }, {}],
])('%j is %j', (key, ids) => {
  expect(identityOf(key)).toEqual(ids)
})

test('what is kept in between is the same message', () => {
  const before = arrived({ conversation: 'ciao' })
  expect(mapped(messageOf(rawOf(before)))).toEqual(mapped(before))
  const byNumber = arrived({ conversation: 'ciao' }, { remoteJid: NUMBER, remoteJidAlt: LID })
  expect(mapped(messageOf(rawOf(byNumber)))).toEqual(mapped(before))
})

describe('what becomes of our messages', () => {
  const update = (status: number, code?: string, fromMe = true) => ({
    key: { remoteJid: LID, id: '3EB0', fromMe },
    update: { status, ...(code && { messageStubParameters: [code] }) },
  })
  const receipt = (...given: Parameters<typeof update>) =>
    receiptOf(update(...given), line, '2026-11-24T10:00:00.000Z')

  test.each([
    [0, '463', { status: 'refused', why: 'restricted', detail: '463' }],
    [0, '479', { status: 'refused', why: 'invalid', detail: '479' }],
    [3, undefined, { status: 'delivered' }],
    [4, undefined, { status: 'read' }],
    [5, undefined, { status: 'read' }],
  ])('status %i %s', (status, code, said) => {
    expect(receipt(status, code)).toMatchObject({
      type: 'receipt',
      id: `receipt:3EB0:${said.status}`,
      message: '3EB0',
      ...said,
    })
  })

  test.each([
    [1, true],
    [2, true],
    [3, false],
  ])('status %i, ours: %s, is no news', (status, fromMe) => {
    expect(receipt(status, undefined, fromMe)).toBeUndefined()
  })

  test.each([
    [undefined, { type: 'sent', externalIds: ['3EB0'] }],
    ['463', { type: 'refused', why: 'restricted', final: true }],
    ['479', { type: 'refused', why: 'invalid' }],
  ])('answered %s', (error, result) => {
    expect(outcomeOf('3EB0', error)).toMatchObject(result)
  })

  test.each([
    [Object.assign(new Error('no'), { code: 'ENOENT' }), { type: 'refused', why: 'invalid' }],
    [Object.assign(new Error('39333@s.whatsapp.net'), { output: { statusCode: 404 } }), { type: 'refused' }],
    [Object.assign(new Error('39333@s.whatsapp.net'), { output: { statusCode: 428 } }), { type: 'retry' }],
    [new Error('39333@s.whatsapp.net'), { type: 'retry', why: 'unreachable' }],
    ['nothing known', { type: 'retry' }],
  ])('failed with %s', (error, result) => {
    const outcome = failureOf(error)
    expect(outcome).toMatchObject(result)
    expect(JSON.stringify(outcome)).not.toContain('39333')
  })
})

test.each([undefined, null, Number.NaN, 0, -1, 1e20])('a message of the time %s is one of now', (time) => {
  const message = arrived({ conversation: 'ciao' }, {}, { messageTimestamp: time })
  expect(mapped(message)?.at).toBe(now.toISOString())
})
