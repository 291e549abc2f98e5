import { randomBytes } from 'node:crypto'
import { Bot } from 'grammy'
import type { MessageEntity } from 'grammy/types'
import { type FakeBot, type FakeBotApi, type Person, startFakeBotApi } from './fake-bot-api/index.js'

/** What the fake refuses, what it shows, and how its people behave. */

let api: FakeBotApi
let count = 0

beforeAll(async () => {
  api = await startFakeBotApi()
})
afterAll(() => api.stop())

function begin(): { fake: FakeBot; ada: Person; tg: Bot['api'] } {
  count += 1
  const fake = api.bot(`${9000 + count}:AAtoken${count}`, { username: 'comune_bot' })
  const ada = fake.user({ id: 100, first_name: 'Ada', language_code: 'it' })
  ada.sendCommand('start')
  return { fake, ada, tg: new Bot(fake.token, { client: { apiRoot: api.url } }).api }
}

const button = (text: string, data: string) => ({ inline_keyboard: [[{ text, callback_data: data }]] })

type Refused = [what: string, description: string, call: (tg: Bot['api'], ada: Person) => Promise<unknown>]

const refused: Refused[] = [
  ['no text', 'message text is empty', (tg) => tg.sendMessage(100, '')],
  ['blank text', 'text must be non-empty', (tg) => tg.sendMessage(100, ' \n ')],
  ['4,097 characters', 'message is too long', (tg) => tg.sendMessage(100, 'x'.repeat(4097))],
  [
    'an unclosed tag',
    `can't parse entities: Can't find end tag corresponding to start tag "b"`,
    (tg) => tg.sendMessage(100, '<b>via', { parse_mode: 'HTML' }),
  ],
  [
    'a bare <',
    `can't parse entities: Unsupported start tag "" at byte offset 3`,
    (tg) => tg.sendMessage(100, 'è < 3', { parse_mode: 'HTML' }),
  ],
  [
    'a reserved character',
    "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
    (tg) => tg.sendMessage(100, 'Ciao.', { parse_mode: 'MarkdownV2' }),
  ],
  ['a stranger', 'chat not found', (tg) => tg.sendMessage(404, 'ciao')],
  [
    '65 bytes in a button',
    'BUTTON_DATA_INVALID',
    (tg) => tg.sendMessage(100, 'x', { reply_markup: button('Sì', `${'è'.repeat(32)}x`) }),
  ],
  [
    'a button without a use',
    `can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard`,
    (tg) => tg.sendMessage(100, 'x', { reply_markup: button('Sì', '') }),
  ],
  [
    'an answer to nothing',
    'message to be replied not found',
    (tg) => tg.sendMessage(100, 'x', { reply_parameters: { message_id: 999 } }),
  ],
  [
    'a long caption',
    'message caption is too long',
    (tg, ada) => tg.sendPhoto(100, photoId(ada), { caption: 'x'.repeat(1025) }),
  ],
  ['an unknown file', 'wrong file identifier/HTTP URL specified', (tg) => tg.sendPhoto(100, 'AgAC-invented')],
  [
    'an album of eleven',
    'too many messages to send as an album',
    (tg, ada) =>
      tg.sendMediaGroup(
        100,
        Array.from({ length: 11 }, () => ({ type: 'photo' as const, media: photoId(ada) })),
      ),
  ],
  ['an edit of nothing', 'message to edit not found', (tg) => tg.editMessageText(100, 999, 'x')],
  ["an edit of a person's words", "message can't be edited", (tg) => tg.editMessageText(100, 1, 'x')],
  [
    'the same again',
    'message is not modified',
    async (tg) => {
      const { message_id } = await tg.sendMessage(100, 'uguale')
      return tg.editMessageText(100, message_id, 'uguale')
    },
  ],
  [
    'a caption for a text',
    'there is no caption in the message to edit',
    async (tg) => tg.editMessageCaption(100, (await tg.sendMessage(100, 'x')).message_id, { caption: 'y' }),
  ],
  ['a deletion of nothing', 'message to delete not found', (tg) => tg.deleteMessage(100, 999)],
  [
    'an unknown press',
    'query is too old and response timeout expired or query ID is invalid',
    (tg) => tg.answerCallbackQuery('12345'),
  ],
  [
    'a file of 20 MB and a byte',
    'file is too big',
    (tg, ada) => tg.getFile(ada.sendVideo({ size: 20 * 1024 * 1024 + 1 }).video?.file_id ?? ''),
  ],
  [
    'a command in capitals',
    'BOT_COMMAND_INVALID',
    (tg) => tg.setMyCommands([{ command: 'Aiuto', description: 'x' }]),
  ],
  [
    'a secret with blanks',
    'secret token contains unallowed characters',
    (tg) => tg.setWebhook('https://example.org', { secret_token: 'a b' }),
  ],
]

const photoId = (person: Person) => person.sendPhoto(Buffer.from('photo')).photo?.at(-1)?.file_id ?? ''

test.each(refused)('%s is refused: %s', async (_, description, call) => {
  const { ada, tg } = begin()
  await expect(call(tg, ada)).rejects.toThrow(`400: Bad Request: ${description}`)
})

test('what is just within the limits is taken', async () => {
  const { ada, tg } = begin()
  await tg.sendMessage(100, `<b>${'x'.repeat(4096)}</b>`, { parse_mode: 'HTML' })
  await tg.sendPhoto(100, photoId(ada), { caption: 'x'.repeat(1024) })
  await tg.sendMessage(100, 'x', { reply_markup: button('Sì', 'è'.repeat(32)) })
  expect(ada.press('Sì').data).toBe('è'.repeat(32))
  await tg.getFile(ada.sendVideo({ size: 20 * 1024 * 1024 }).video?.file_id ?? '')
})

const formatted: [mode: 'HTML' | 'MarkdownV2', source: string, text: string, entities: MessageEntity[]][] = [
  [
    'HTML',
    ' <b>Via <i>Roma</i></b> &lt;3&gt; ',
    'Via Roma <3>',
    [
      { type: 'bold', offset: 0, length: 8 },
      { type: 'italic', offset: 4, length: 4 },
    ],
  ],
  [
    'HTML',
    '<a href="https://x.it/?a=1&amp;b=2">qui</a>',
    'qui',
    [{ type: 'text_link', offset: 0, length: 3, url: 'https://x.it/?a=1&b=2' }],
  ],
  [
    'HTML',
    '<pre><code class="language-sql">select</code></pre>',
    'select',
    [{ type: 'pre', offset: 0, length: 6, language: 'sql' }],
  ],
  [
    'MarkdownV2',
    '*Via _Roma_*, n\\. 3',
    'Via Roma, n. 3',
    [
      { type: 'bold', offset: 0, length: 8 },
      { type: 'italic', offset: 4, length: 4 },
    ],
  ],
  [
    'MarkdownV2',
    '[qui](https://x.it/a\\)b) `a.b` __u__ ~s~ ||z||',
    'qui a.b u s z',
    [
      { type: 'text_link', offset: 0, length: 3, url: 'https://x.it/a)b' },
      { type: 'code', offset: 4, length: 3 },
      { type: 'underline', offset: 8, length: 1 },
      { type: 'strikethrough', offset: 10, length: 1 },
      { type: 'spoiler', offset: 12, length: 1 },
    ],
  ],
]

test.each(formatted)('%s: %s', async (mode, source, text, entities) => {
  const { tg } = begin()
  expect(await tg.sendMessage(100, source, { parse_mode: mode })).toMatchObject({ text, entities })
})

describe('the wire', () => {
  const url = (token: string, rest: string) => `${api.url}/bot${token}/${rest}`
  const answer = async (...request: Parameters<typeof fetch>) => {
    const response = await fetch(...request)
    return [response.status, await response.json()]
  }

  test('unknown tokens, methods and paths', async () => {
    const { fake } = begin()
    expect(await answer(url('1:none', 'getMe'))).toEqual([
      401,
      { ok: false, error_code: 401, description: 'Unauthorized' },
    ])
    expect(await answer(url(fake.token, 'sendFlowers'))).toEqual([
      404,
      { ok: false, error_code: 404, description: 'Not Found: method not found' },
    ])
    expect(await answer(`${api.url}/elsewhere`)).toMatchObject([404, { description: 'Not Found' }])
    expect(await answer(`${api.url}/file/bot${fake.token}/photos/none.jpg`)).toMatchObject([
      404,
      { ok: false },
    ])
  })

  test('the same call as query, form, JSON and multipart', async () => {
    const { fake } = begin()
    const fields = { chat_id: '100', text: 'ciao', reply_markup: JSON.stringify(button('Sì', 'y')) }
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    const bodies = [new URLSearchParams(fields), form, JSON.stringify(fields)]
    await answer(url(fake.token, `SENDMESSAGE?${new URLSearchParams(fields)}`))
    for (const body of bodies) {
      const headers = typeof body === 'string' ? { 'content-type': 'application/json' } : undefined
      expect(await answer(url(fake.token, 'sendMessage'), { method: 'POST', body, headers })).toMatchObject([
        200,
        { result: { reply_markup: button('Sì', 'y') } },
      ])
    }
    const params = fake.callsOf('sendMessage').map((call) => call.params)
    expect(params).toHaveLength(4)
    expect(params[0]).toEqual({ chat_id: 100, text: 'ciao', reply_markup: button('Sì', 'y') })
    for (const each of params.slice(1)) expect({ ...each, chat_id: Number(each.chat_id) }).toEqual(params[0])
  })

  test('one bot knows nothing of another', async () => {
    const [first, second] = [begin(), begin()]
    const id = photoId(first.ada)
    await expect(second.tg.sendPhoto(100, id)).rejects.toThrow('wrong file identifier')
    first.ada.block()
    await second.tg.sendMessage(100, 'ciao')
  })
})

describe('what a person sees', () => {
  test('edits, deletions and keyboards, as they are now', async () => {
    const { ada, tg } = begin()
    const first = await tg.sendMessage(100, 'uno', { reply_markup: button('Sì', 'y') })
    const second = await tg.sendMessage(100, 'due')
    await tg.editMessageReplyMarkup(100, first.message_id)
    await tg.editMessageText(100, second.message_id, 'due bis', { reply_markup: button('No', 'n') })
    await tg.sendMessage(100, 'tre', {
      reply_markup: { keyboard: [['Aiuto', { text: 'Dove', request_location: true }]] },
    })
    await tg.deleteMessage(100, second.message_id)
    expect(ada.messages().map(({ text, buttons, edited }) => [text, buttons, edited])).toEqual([
      ['/start', [], false],
      ['uno', [], true],
      ['tre', [], false],
    ])
    expect(ada.history()).toHaveLength(4)
    expect(ada.keyboard()).toEqual(['Aiuto', 'Dove'])
    expect(ada.tap('Aiuto').text).toBe('Aiuto')
    expect(() => ada.press('No')).toThrow(
      'No message carries the button: No. The chat with Ada (100), 5 messages:',
    )
  })

  test('waiting looks at answers only, and tells the whole chat when it fails', async () => {
    const { fake, ada, tg } = begin()
    await tg.sendMessage(100, 'Benvenuta', { reply_markup: button('Sì', 'y') })
    await ada.waitFor('Benvenuta')
    ada.send('Benvenuta?')
    fake.faults.next('sendMessage', { kind: '500' })
    await expect(tg.sendMessage(100, 'niente')).rejects.toThrow('500')
    await expect(ada.waitFor('Benvenuta', { timeoutMs: 10 })).rejects.toThrow(
      [
        'No message matched Benvenuta within 10 ms. The chat with Ada (100), 3 messages:',
        '  #1 Ada: /start',
        '  #2 bot: Benvenuta  [Sì]',
        '  #3 Ada: Benvenuta?',
        '  ! sendMessage: Internal Server Error (fault)',
      ].join('\n'),
    )
    expect(await ada.waitFor('Benvenuta', { since: 'start' })).toMatchObject({ message_id: 2 })
    const gone = ada.waitUntil((messages) => messages.every((message) => message.by !== 'bot'))
    await tg.deleteMessage(100, 2)
    await gone
  })

  test('a press is answered, or grows too old', async () => {
    const { fake, ada, tg } = begin()
    await tg.sendMessage(100, 'x', { reply_markup: button('Sì', 'y') })
    const press = ada.press(/^S/)
    const [, update] = await tg.getUpdates()
    expect(update?.callback_query).toMatchObject({
      id: press.id,
      from: { id: 100 },
      message: { text: 'x' },
      data: 'y',
    })
    await expect(press.answered({ timeoutMs: 5 })).rejects.toThrow(
      'The press of y was not answered within 5 ms',
    )
    await tg.answerCallbackQuery(press.id, { text: 'Fatto', show_alert: true })
    expect(await press.answered()).toMatchObject({ text: 'Fatto', show_alert: true })
    press.expire()
    await expect(tg.answerCallbackQuery(press.id)).rejects.toThrow('query is too old')
    fake.updates.dropPresses()
    expect(fake.updates.pending).toBe(1)
  })
})

describe('what a person does', () => {
  test('every kind of message has the shape that Telegram gives it', async () => {
    const { ada, tg } = begin()
    const start = ada.sendCommand('start', 'manifesto')
    ada.send('a me', { replyTo: start.message_id })
    ada.sendLocation(44.64, 10.92)
    const live = ada.sendLiveLocation(44.64, 10.92)
    ada.moveLiveLocation(44.65, 10.93)
    ada.sendVenue({ latitude: 44.6, longitude: 10.9, title: 'Scuola', address: 'Via Roma 1' })
    ada.sendAlbum([randomBytes(10), randomBytes(10)], 'Due')
    ada.sendDocument(randomBytes(10), { fileName: 'foto.jpg', caption: 'Con i dati' })
    ada.sendVideo({ size: 3_000_000 })
    ada.sendVoice(randomBytes(10))
    ada.sendSticker()
    ada.sendPoll()
    ada.sendContact('+39333')
    ada.edit(start.message_id, 'non più')
    const updates = await tg.getUpdates({ offset: -15 })
    const album = updates[6]?.message?.media_group_id
    expect(updates).toMatchObject([
      { message: { text: '/start manifesto', entities: [{ type: 'bot_command', offset: 0, length: 6 }] } },
      { message: { reply_to_message: { message_id: start.message_id }, from: { language_code: 'it' } } },
      { message: { location: { latitude: 44.64, longitude: 10.92 } } },
      { message: { location: { live_period: 900 } } },
      { edited_message: { message_id: live.message_id, location: { latitude: 44.65, live_period: 900 } } },
      { message: { venue: { title: 'Scuola', address: 'Via Roma 1', location: { latitude: 44.6 } } } },
      { message: { media_group_id: expect.any(String), caption: 'Due', photo: [{}, {}, { file_size: 10 }] } },
      { message: { media_group_id: album } },
      {
        message: {
          document: { file_name: 'foto.jpg', mime_type: 'image/jpeg', file_size: 10 },
          caption: 'Con i dati',
        },
      },
      { message: { video: { file_size: 3_000_000 } } },
      { message: { voice: { mime_type: 'audio/ogg' } } },
      { message: { sticker: { emoji: '👍' } } },
      { message: { poll: { question: 'Domani?' } } },
      { message: { contact: { phone_number: '+39333', user_id: 100 } } },
      { edited_message: { message_id: start.message_id, text: 'non più', edit_date: expect.any(Number) } },
    ])
    expect(updates[7]?.message?.caption).toBeUndefined()
  })

  test('a raw update is queued as it is, and again under the same id', async () => {
    const { fake, tg } = begin()
    const message = {
      message_id: 5,
      date: 1,
      chat: { id: 7, type: 'private', first_name: 'Eva' },
      text: 'ciao',
    } as never
    const update = fake.pushUpdate({ message })
    fake.pushUpdate({ update_id: update?.update_id, message })
    const ids = (await tg.getUpdates({ offset: update?.update_id })).map((each) => each.update_id)
    expect(new Set(ids).size).toBe(1)
    await tg.sendMessage(7, 'ciao Eva')
    expect(fake.user({ id: 7 }).lastMessage()?.text).toBe('ciao Eva')
  })

  test('a group: the bot is added, hears, and is thrown out', async () => {
    const { fake, ada, tg } = begin()
    const group = fake.group({ id: -1_001_234_567_890, title: 'Ufficio strade' })
    await expect(tg.sendMessage(group.id, 'x')).rejects.toThrow('chat not found')
    expect(() => group.send(ada, 'x')).toThrow('addBot() first')
    group.addBot(ada)
    const said = group.send(ada, '/presa@comune_bot 12')
    await tg.sendMessage(group.id, 'Presa in carico', { reply_markup: button('Fatto', 'f') })
    group.as(ada).press('Fatto')
    await expect(tg.deleteMessage(group.id, said.message_id)).rejects.toThrow("message can't be deleted")
    group.removeBot(ada)
    await expect(tg.sendMessage(group.id, 'x')).rejects.toThrow(
      '403: Forbidden: bot was kicked from the supergroup chat',
    )
    expect(await tg.getUpdates({ offset: -5 })).toMatchObject([
      { my_chat_member: { old_chat_member: { status: 'left' }, new_chat_member: { status: 'member' } } },
      { message: { new_chat_members: [{ username: 'comune_bot' }] } },
      { message: { chat: { type: 'supergroup' }, entities: [{ type: 'bot_command', length: 17 }] } },
      { callback_query: { from: { id: 100 }, message: { text: 'Presa in carico' } } },
      { my_chat_member: { new_chat_member: { status: 'kicked' } } },
    ])
  })

  test('in privacy mode a group is heard only when it speaks to the bot', async () => {
    const fake = api.bot('42:private', { username: 'riservato_bot', readsAllGroupMessages: false })
    const ada = fake.user({ id: 100 })
    const group = fake.group({ id: -5, title: 'Vicini', addedBy: ada })
    const before = fake.updates.pending
    group.send(ada, 'chiacchiere')
    expect(fake.updates.pending).toBe(before)
    group.send(ada, '@riservato_bot aiuto')
    expect(fake.updates.pending).toBe(before + 1)
  })
})

test('what the bot says about itself, by language', async () => {
  const { fake, tg } = begin()
  await tg.setMyCommands([{ command: 'aiuto', description: 'Come funziona' }])
  await tg.setMyCommands([{ command: 'help', description: 'How it works' }], { language_code: 'en' })
  await tg.setMyName('Comune di Prova')
  await tg.setMyDescription('La linea diretta', { language_code: 'it' })
  await tg.setMyShortDescription('Linea diretta')
  expect(fake.commands()).toEqual([{ command: 'aiuto', description: 'Come funziona' }])
  expect(fake.commands('en')).toEqual([{ command: 'help', description: 'How it works' }])
  expect(fake.profile.description.get('it')).toBe('La linea diretta')
  expect((await tg.getMyName()).name).toBe('Comune di Prova')
})

test('without history nothing piles up', async () => {
  const small = await startFakeBotApi({ history: 'none' })
  const fake = small.bot('1:a')
  const ada = fake.user({ id: 100 })
  const { api: tg } = new Bot(fake.token, { client: { apiRoot: small.url } })
  for (let index = 0; index < 150; index += 1) ada.send(`${index}`)
  await tg.sendMessage(100, 'ultimo', { reply_markup: button('Sì', 'y') })
  expect(fake.calls).toEqual([])
  expect(fake.counts.get('sendMessage')).toBe(1)
  expect(ada.messages().length).toBeLessThanOrEqual(100)
  expect(ada.press('Sì').data).toBe('y')
  await small.stop()
})
