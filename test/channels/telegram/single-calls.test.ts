import { extname } from 'node:path'
import nock from 'nock'
import { as, type ChannelName, type ChatId, type ExternalId, type MediaKey } from '../../../src/kernel/ids.js'
import { missingMedia } from '../../../src/media/media-key.js'
import type { Rendered } from '../../../src/messaging/outbound.js'
import { type NockBridge, openNockBridge } from '../../support/nock-bridge.js'
import { ADAPTERS, TOKEN, telegramDeps } from '../../support/telegram-adapters.js'
import { telegramRefusal, telegramReply } from '../../support/telegram-reply.js'

const ROOT = 'http://bot-api.example'
const to = { channel: as<ChannelName>('telegram'), chat: as<ChatId>('5012345678') }
const method = (name: string) => `/bot${TOKEN}/${name}`
const message = (message_id: number) => ({
  message_id,
  date: 1795421700,
  chat: { id: 5012345678, type: 'private' },
})
const photo = (message_id: number, ...ids: string[]) => ({
  ...message(message_id),
  photo: ids.map((file_id) => ({ file_id })),
})
const photos = (...keys: string[]): Rendered => ({
  type: 'photos',
  media: keys.map((key) => as<MediaKey>(key)),
})

let bridge: NockBridge
beforeAll(async () => {
  nock.disableNetConnect()
  bridge = await openNockBridge(ROOT)
})
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([])
  nock.cleanAll()
})
afterAll(async () => {
  await bridge.close()
  nock.restore()
})

describe.each(ADAPTERS)('$library: single calls', ({ create, tokenVariable }) => {
  const adapter = (overrides = {}) => create(telegramDeps({ apiRoot: bridge.url, ...overrides }))
  const api = () => nock(ROOT)

  it('sends words and tells the number of the message', async () => {
    const body = { chat_id: 5012345678, text: 'Città', link_preview_options: { is_disabled: true } }
    api()
      .post(method('sendMessage'), body)
      .reply(...telegramReply(message(12)))
    expect(await adapter().send(to, { type: 'text', text: 'Città' })).toEqual({
      type: 'sent',
      externalIds: ['12'],
    })
  })

  it('counts a change that changes nothing as sent', async () => {
    api()
      .post(method('editMessageText'))
      .reply(...telegramRefusal(400, 'Bad Request: message is not modified: same'))
    const edit: Rendered = { type: 'edit', target: as<ExternalId>('7'), text: 'Fatto' }
    expect(await adapter().send(to, edit)).toEqual({ type: 'sent', externalIds: ['7'] })
  })

  it('uploads a photo once, and names it afterwards', async () => {
    const opened: string[] = []
    const openMedia = async (key: MediaKey) => {
      opened.push(key)
      return Buffer.from('the picture')
    }
    const bot = adapter({ openMedia })
    api()
      .post(method('sendPhoto'), /filename="?photo\.jpg"?\r\n[\s\S]*the picture/)
      .reply(...telegramReply(photo(1, 's', 'y')))
    expect(await bot.send(to, photos('a.jpg'))).toEqual({ type: 'sent', externalIds: ['1'] })
    api()
      .post(method('sendPhoto'), { chat_id: 5012345678, photo: 'y' })
      .reply(...telegramReply(photo(2, 's', 'y')))
    expect(await bot.send(to, photos('a.jpg'))).toEqual({ type: 'sent', externalIds: ['2'] })
    expect(opened).toEqual(['a.jpg'])
  })

  it.each([
    ['a.ogg', 'sendVoice', 'voice'],
    ['a.m4a', 'sendAudio', 'audio'],
    ['a.mp3', 'sendAudio', 'audio'],
  ])('uploads a voice message once, and names it afterwards: %s', async (key, call, field) => {
    const bot = adapter()
    const voice: Rendered = { type: 'voice', media: as<MediaKey>(key) }
    const sent = (message_id: number) => telegramReply({ ...message(message_id), [field]: { file_id: 'y' } })
    const upload = new RegExp(`filename="?voice\\${extname(key)}"?\r\n[\\s\\S]*bytes of ${key}`)
    api()
      .post(method(call), upload)
      .reply(...sent(1))
    expect(await bot.send(to, voice)).toEqual({ type: 'sent', externalIds: ['1'] })
    api()
      .post(method(call), { chat_id: 5012345678, [field]: 'y' })
      .reply(...sent(2))
    expect(await bot.send(to, voice)).toEqual({ type: 'sent', externalIds: ['2'] })
  })

  it('uploads again when Telegram does not know the file any more', async () => {
    const bot = adapter()
    api()
      .post(method('sendPhoto'))
      .reply(...telegramReply(photo(1, 'y')))
    await bot.send(to, photos('a.jpg'))
    api()
      .post(method('sendPhoto'), { chat_id: 5012345678, photo: 'y' })
      .reply(...telegramRefusal(400, 'Bad Request: wrong file identifier/HTTP URL specified'))
    api()
      .post(method('sendPhoto'), /bytes of a\.jpg/)
      .reply(...telegramReply(photo(2, 'z')))
    expect(await bot.send(to, photos('a.jpg'))).toEqual({ type: 'sent', externalIds: ['2'] })
  })

  it('does not try for ever', async () => {
    api()
      .post(method('sendPhoto'))
      .reply(...telegramRefusal(400, 'Bad Request: wrong file identifier specified'))
    expect(await adapter().send(to, photos('a.jpg'))).toMatchObject({ type: 'refused', why: 'invalid' })
  })

  it('sends an album as one, files that are known and new ones mixed', async () => {
    const bot = adapter()
    api()
      .post(method('sendPhoto'))
      .reply(...telegramReply(photo(1, 'known-a')))
    await bot.send(to, photos('a.jpg'))
    const isAlbum = (body: string) =>
      body.includes('"media":"known-a"') &&
      body.includes('"media":"attach://') &&
      body.includes('bytes of b.png')
    api()
      .post(method('sendMediaGroup'), isAlbum)
      .reply(...telegramReply([photo(2, 'known-a'), photo(3, 'known-b')]))
    expect(await bot.send(to, photos('a.jpg', 'b.png'))).toEqual({ type: 'sent', externalIds: ['2', '3'] })
    api()
      .post(method('sendPhoto'), { chat_id: 5012345678, photo: 'known-b' })
      .reply(...telegramReply(photo(4, 'known-b')))
    await bot.send(to, photos('b.png'))
  })

  it('refuses a file that is not there any more, and waits for one that cannot be read now', async () => {
    const failing = (error: Error) => adapter({ openMedia: () => Promise.reject(error) })
    const missing = failing(missingMedia('a.jpg' as MediaKey))
    expect(await missing.send(to, photos('a.jpg'))).toMatchObject({ type: 'refused', why: 'invalid' })
    const unread = failing(new Error('the bucket is away'))
    expect(await unread.send(to, photos('a.jpg'))).toMatchObject({ type: 'retry', why: 'unreachable' })
  })

  it('does not start with a token that Telegram does not accept, and says which setting it is', async () => {
    api()
      .post(method('getMe'))
      .reply(...telegramRefusal(401, 'Unauthorized'))
    const start = adapter().start(async () => {})
    await expect(start).rejects.toThrow(`${tokenVariable} is not a token that Telegram accepts`)
    await expect(start).rejects.not.toThrow(TOKEN)
  })

  it('knows its name only after the start', () => {
    expect(() => adapter().botUsername).toThrow('knows its name once it has started')
  })

  describe('files', () => {
    const ref = { id: 'BQACAgQAAxkBAAID1' }

    it('streams one', async () => {
      api()
        .post(method('getFile'), { file_id: ref.id })
        .reply(...telegramReply({ file_id: ref.id, file_path: 'photos/file_1.jpg' }))
      api().get(`/file/bot${TOKEN}/photos/file_1.jpg`).reply(200, 'the picture', { 'content-length': '11' })
      const chunks: Buffer[] = []
      for await (const chunk of await adapter().fetchMedia(ref)) chunks.push(chunk)
      expect(Buffer.concat(chunks).toString()).toBe('the picture')
    })

    it.each([
      ['Bad Request: file is too big', 'the file is too large'],
      ['Bad Request: wrong file_id or the file is temporarily unavailable', 'the file is gone'],
      ['Bad Request: something else', 'Telegram did not give the file (400: Bad Request: something else)'],
    ])('says why not: %s', async (description, reason) => {
      api()
        .post(method('getFile'))
        .reply(...telegramRefusal(400, description))
      await expect(adapter().fetchMedia(ref)).rejects.toThrow(reason)
    })

    it('says that it is gone, without the address that holds the token', async () => {
      api()
        .post(method('getFile'))
        .reply(...telegramReply({ file_id: ref.id, file_path: 'photos/file_1.jpg' }))
      api().get(`/file/bot${TOKEN}/photos/file_1.jpg`).reply(404, 'Not Found')
      const refused = await adapter()
        .fetchMedia(ref)
        .catch((error: Error) => error)
      expect(refused).toMatchObject({ message: 'the file is gone: Telegram does not have it any more' })
      expect(JSON.stringify([refused, (refused as Error).stack, (refused as Error).cause])).not.toContain(
        TOKEN,
      )
    })

    it('says that Telegram is away, without the address that holds the token', async () => {
      api()
        .post(method('getFile'))
        .reply(...telegramReply({ file_id: ref.id, file_path: 'photos/file_1.jpg' }))
      api().get(`/file/bot${TOKEN}/photos/file_1.jpg`).replyWithError(`connect to ${ROOT}/file/bot${TOKEN}`)
      const refused = await adapter()
        .fetchMedia(ref)
        .catch((error: Error) => error)
      expect(refused).toMatchObject({ message: 'the file cannot be fetched: Telegram is not reachable' })
      expect(JSON.stringify([refused, (refused as Error).stack, (refused as Error).cause])).not.toContain(
        TOKEN,
      )
    })
  })
})
