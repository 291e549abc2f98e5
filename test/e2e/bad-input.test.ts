import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { inviteStaff } from '../../src/app/invite-staff.js'
import type { Invite } from '../../src/app/ports.js'
import { type Product, startProduct } from '../../src/compose.js'
import type { TelegramConfig } from '../../src/config/environment.js'
import type { EventId } from '../../src/intake/replay.js'
import { DAY } from '../../src/kernel/clock.js'
import { as, type ChannelName, type MediaKey, type OfficeCode } from '../../src/kernel/ids.js'
import { fileStore } from '../../src/media/file-store.js'
import { brokenBy, mended } from '../support/broken-by.js'
import type { Matcher, WaitOptions } from '../support/fake-bot-api/chat-log.js'
import type { Person, ShownMessage } from '../support/fake-bot-api/index.js'
import { hugePng, scriptedPhoto } from '../support/odd-pictures.js'
import { startProcess } from '../support/product-process.js'
import { recordingLog } from '../support/recording-log.js'
import {
  deskButton,
  numberIn,
  openTelegramTown,
  pointOf,
  type TelegramTown,
  until,
} from '../support/telegram-town.js'

/** Whatever people, strangers and networks send: a clear answer to the sender, nothing lost, and the chat goes on. */

let town: TelegramTown
let product: Product
let places = 0
let rawMessages = 0

beforeAll(async () => {
  town = await openTelegramTown()
  product = await startProduct({ ...town.config, roles: ['channels', 'delivery', 'http'] }, recordingLog())
  await product.started
}, 60_000)
afterAll(async () => {
  await product.stop()
  await town.close()
})

const asked = {
  kind: 'Scegli dalla lista',
  exactKind: 'Più di preciso?',
  place: "Dov'è?",
  photo: 'Hai una foto?',
  words: 'Che cosa succede?',
  check: 'Guarda se va bene',
} as const
type Step = keyof typeof asked

/** Many talk at once here, and pictures are made beside them. */
const sees = (person: Person, match: Matcher, since?: WaitOptions['since']) =>
  person.waitFor(match, { timeoutMs: 10_000, since })

/** Answers all questions up to the one that is to be badly answered. */
async function citizenAt(step: Step, name = 'Maria'): Promise<Person> {
  const person = town.newCitizen(name)
  const answers: readonly [Step, () => unknown][] = [
    ['kind', () => person.press(/^Strade e segnali/)],
    ['exactKind', () => person.press('Buca nella strada')],
    ['place', () => person.sendLocation(...pointOf(places++))],
    ['photo', () => person.press('Non ho foto')],
    ['words', () => person.send('buca')],
    ['check', () => undefined],
  ]
  person.send('ciao')
  for (const [question, answer] of answers) {
    await sees(person, asked[question])
    if (question === step) break
    answer()
  }
  return person
}

async function sent(person: Person): Promise<number> {
  person.press(/Invia la segnalazione/)
  return numberIn((await sees(person, 'La tua segnalazione è la numero')).text)
}

/** Whatever was sent before: the same person is still served. */
async function goesOn(person: Person): Promise<void> {
  person.send('aiuto')
  await sees(person, 'Qui segnali un problema')
}

/** Somebody with an invitation of so long ago. */
async function invited(agoMs = 0): Promise<{ person: Person; token: string }> {
  const token = randomBytes(16).toString('hex')
  const here = { town: town.config.town, now: new Date(Date.now() - agoMs) }
  const invite: Invite = { role: 'operator', offices: [as<OfficeCode>('maintenance')], frontDesk: false }
  await product.unitOfWork.run((tx) => inviteStaff(tx, here, invite, token))
  return { person: town.newStaff('Bruno'), token }
}

async function hired(): Promise<Person> {
  const { person, token } = await invited()
  person.sendCommand('start', token)
  await sees(person, 'benvenuto')
  return person
}

/** A message whose text no app of today would send, as the network would hand it over. */
const sendRaw = (person: Person, content: object): void => {
  const message_id = 900_000 + rawMessages++
  const about = { message_id, date: Math.floor(Date.now() / 1_000), chat: person.chat, from: person.user }
  town.citizens.pushUpdate({ message: { ...about, ...content } as never })
}

const textDocument = { fileName: 'buca.jpg', mime: 'image/jpeg' }

/** What is sent where, and what the sender reads. */
const ANSWERED: readonly [
  what: string,
  at: Step,
  send: (person: Person) => unknown,
  answer: string | RegExp,
][] = [
  ['a sticker', 'place', (person) => person.sendSticker(), 'Questo non lo posso usare'],
  ['a poll', 'words', (person) => person.sendPoll(), 'Questo non lo posso usare'],
  [
    'somebody else’s contact',
    'place',
    (person) => person.sendContact('+393331234567', { userId: 5 }),
    "di un'altra persona",
  ],
  ['a contact that is no number', 'place', (person) => person.sendContact('123'), 'non mi sembra giusto'],
  [
    'a video of 20 MB',
    'photo',
    (person) => person.sendVideo({ size: 20 * 1024 * 1024 }),
    'I video non li posso prendere',
  ],
  [
    'a spreadsheet',
    'photo',
    (person) => person.sendDocument(Buffer.from('a,b'), { fileName: 'a.csv' }),
    'Questo file non lo posso aprire',
  ],
  [
    'a text called .jpg',
    'photo',
    (person) => person.sendDocument(Buffer.from('ciao'), textDocument),
    'Mandala come foto, non come file',
  ],
  [
    'a text sent as a photo',
    'photo',
    (person) => person.sendPhoto(Buffer.from('ciao')),
    'Una foto non si apre',
  ],
  [
    'a PNG of 30,000 × 30,000',
    'photo',
    (person) => person.sendDocument(hugePng(30_000, 30_000, 10), { mime: 'image/png' }),
    'Una foto non si apre',
  ],
  ['a pin at 0/0', 'place', (person) => person.sendLocation(0, 0), 'fuori da Fossano'],
  [
    'a pin that is nowhere',
    'place',
    (person) => sendRaw(person, { location: { latitude: 400, longitude: -900 } }),
    'fuori da Fossano',
  ],
  ['an empty text', 'words', (person) => sendRaw(person, { text: '' }), 'Il messaggio è vuoto'],
  ['a text of spaces', 'words', (person) => sendRaw(person, { text: ' \n\u00a0 ' }), 'Il messaggio è vuoto'],
  [
    'a text of what no font draws',
    'words',
    (person) => person.send('\u2800\u3164\u200b'),
    'Il messaggio è vuoto',
  ],
  ['a text of NUL bytes', 'words', (person) => sendRaw(person, { text: '\0\0' }), 'Il messaggio è vuoto'],
  ['a number that is no choice', 'kind', (person) => person.send('99'), 'Il 99 non è tra le scelte'],
  [
    'a command that does not exist',
    'words',
    (person) => person.sendCommand('drop_table', "';--"),
    'Non conosco questo comando',
  ],
  [
    'forged data of a button',
    'place',
    (person) => person.pressData(1, 'nonsense'),
    'A quella domanda hai già risposto',
  ],
  [
    'a button of the office',
    'place',
    (person) => person.pressData(1, 'claim:1:1'),
    'A quella domanda hai già risposto',
  ],
  [
    'a category that was never offered',
    'exactKind',
    (person) => person.pressData(1, '2.c-nuclear'),
    'A quella domanda hai già risposto',
  ],
  [
    'an outdated button',
    'place',
    (person) => person.pressData(2, '1.roads_signs'),
    'A quella domanda hai già risposto',
  ],
  [
    'data longer than any button’s',
    'place',
    (person) => person.pressData(1, 'x'.repeat(4_000)),
    'A quella domanda hai già risposto',
  ],
]

test.concurrent.each(ANSWERED)('%s', async (_, at, send, answer) => {
  const person = await citizenAt(at)
  send(person)
  await sees(person, answer)
  await goesOn(person)
})

/** Kept and shown letter by letter, to the citizen and to the office. */
const AS_TYPED: readonly [what: string, words: string, shown?: string][] = [
  ['HTML', '<b>buca</b> &amp; <script>alert("1")</script>'],
  ['Markdown', '*buca* _grande_ ~qui~ `là` [link](https://example.org) \\*'],
  ['right to left', 'حفرة كبيرة \u202eabc\u202c בור'],
  ['zalgo', `b${'\u0337\u0321\u034e'.repeat(20)}uca`],
  ['NUL in the middle', 'buca\0 profonda', 'buca profonda'],
  ['placeholders of our own texts', '{{number}} $t(help.what) %s'],
]

/** What an app draws as it was typed has none of these; links and commands it finds by itself. */
const formats = ({ raw }: ShownMessage): string[] =>
  (raw.entities ?? [])
    .map(({ type }) => type)
    .filter((type) => !['url', 'bot_command', 'mention'].includes(type))

test('words and names are shown as they were typed, everywhere', async () => {
  const office = await hired()
  for (const [, words, shown = words] of AS_TYPED) {
    const name = shown.slice(0, 60)
    const person = await citizenAt('words', name)
    sendRaw(person, { text: words })
    const check = await sees(person, asked.check)
    expect([check.text, formats(check)]).toEqual([expect.stringContaining(shown), []])
    const report = await sent(person)
    await sees(office, `Nuova segnalazione ${report}:`, 'start')
    office.sendCommand('apri', String(report))
    const card = await sees(office, `Segnalazione ${report}`)
    expect([card.text, formats(card)]).toEqual([expect.stringContaining(`«${shown}»`), []])
    office.press(deskButton('contacts', report))
    const contacts = await sees(office, 'Questa lettura è registrata')
    expect([contacts.text, formats(contacts)]).toEqual([expect.stringContaining(`Nome: ${name}\n`), []])
  }
})

test('the page of the simulator makes text of everything, never markup', () => {
  const page = 'src/channels/simulator/page'
  for (const file of readdirSync(page).filter((name) => name.endsWith('.js'))) {
    const code = readFileSync(join(page, file), 'utf8')
    expect([
      file,
      code.match(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|eval\(/),
    ]).toEqual([file, null])
  }
})

test('4,096 emoji are kept whole', async () => {
  const office = await hired()
  const person = await citizenAt('words')
  for (const emoji of ['🕳️', '🚧']) {
    sendRaw(person, { text: emoji.repeat(2_048) })
    await sees(person, ({ text, buttons }) => buttons.length > 2 && text?.includes(asked.check) === true)
    await town.citizens.updates.settled()
  }
  const report = await sent(person)
  office.sendCommand('apri', String(report))
  await sees(office, ({ buttons }) => buttons.length > 2)
  const shown = office
    .history()
    .map(({ text }) => text)
    .join('')
  expect(['🕳️', '🚧'].map((emoji) => shown.split(emoji).length - 1)).toEqual([2_048, 2_048])
})

test('of a picture with a script in its metadata only the picture is kept', async () => {
  const person = await citizenAt('photo')
  person.sendPhoto(await scriptedPhoto())
  await sees(person, 'Ho ricevuto una foto')
  const [file] = await until('it is kept', async () => {
    const rows = await town.query<{ key: string }>(
      `SELECT media_key AS key FROM attachment WHERE chat = $1 AND status = 'stored'`,
      [String(person.id)],
    )
    return rows.length > 0 && rows
  })
  const stored = await fileStore(join(town.config.dataDir, 'media')).get(file?.key as MediaKey)
  expect(stored.length).toBeGreaterThan(100)
  expect(stored.includes('script')).toBe(false)
})

test('a category that the town gave up meanwhile is asked for again, and everything else is kept', async () => {
  const person = await citizenAt('check')
  await town.query(
    `UPDATE session SET state = replace(state::text, '"category": "pothole"', '"category": "gone"')::jsonb WHERE chat = $1`,
    [String(person.id)],
  )
  person.press(/Invia la segnalazione/)
  // Both go out at the same moment, in any order.
  await sees(person, '→ ✅ Invia la segnalazione')
  await sees(person, /Questa voce non c'è più.+Mi sembra una di queste cose/s)
  person.press('Buca nella strada')
  await sees(person, asked.check)
  expect(await sent(person)).toBeGreaterThan(0)
})

describe('at the staff bot', () => {
  test.each<[string, (stranger: Person, report: number) => unknown]>([
    ['a command', (stranger, report) => stranger.sendCommand('apri', String(report))],
    ['a claim', (stranger, report) => stranger.sendCommand('claim', String(report))],
    ['a number', (stranger, report) => stranger.send(String(report))],
    ['the data of a button', (stranger, report) => stranger.pressData(1, `claim:${report}:1`)],
    ['a photo', (stranger) => stranger.sendPhoto(hugePng(40, 30))],
  ])('%s of a stranger shows nothing and moves nothing', async (_, does) => {
    const report = await sent(await citizenAt('check'))
    const stranger = town.newStaff('Ignoto')
    does(stranger, report)
    const { text } = await sees(stranger, 'linea interna del Comune')
    expect(text).not.toContain('Buca')
    const [row] = await town.query('SELECT status FROM report WHERE id = $1', [report])
    expect(row).toEqual({ status: 'submitted' })
  })

  test.each<[string, () => Promise<string>]>([
    [
      'used',
      async () => {
        const { person, token } = await invited()
        person.sendCommand('start', token)
        await sees(person, 'benvenuto')
        return token
      },
    ],
    ['expired', async () => (await invited(8 * DAY)).token],
    ['guessed', async () => randomBytes(16).toString('hex')],
    ['endless', async () => 'a'.repeat(4_000)],
  ])('an invite that is %s lets nobody in', async (_, token) => {
    const stranger = town.newStaff('Furbo')
    stranger.sendCommand('start', await token())
    await sees(stranger, 'Questo invito non è più valido')
    stranger.sendCommand('coda')
    await sees(stranger, 'linea interna del Comune')
  })
})

test('ten thousand messages in a minute get one answer, and nobody else waits', async () => {
  const flooder = await citizenAt('words')
  const other = await citizenAt('words')
  const count = async () =>
    (await town.query<{ n: number }>('SELECT count(*)::int AS n FROM inbox'))[0]?.n as number
  const before = await count()
  const MANY = 10_000
  for (let index = 0; index < MANY; index++) sendRaw(flooder, { text: `buca ${index}` })
  other.send('buca')
  await sees(other, asked.check)
  await town.citizens.updates.settled({ timeoutMs: 20_000 })
  expect((await count()) - before).toBe(MANY + 1)
  const said = flooder.history().filter(({ by }) => by === 'bot')
  expect(said.filter(({ text }) => text?.includes('molti messaggi in poco tempo'))).toHaveLength(1)
  expect(said.length).toBeLessThan(100)
}, 30_000)

describe('what no turn can digest', () => {
  const setAside = () =>
    town.query<{ channel: ChannelName; id: string }>(
      `SELECT channel, id FROM inbox WHERE status = 'set_aside'`,
    )

  test('is set aside, said, and taken in again once it is mended; the chat goes on', async () => {
    const person = await citizenAt('words')
    await town.query(brokenBy('session', 'gattaiola'))
    person.send('una buca alla gattaiola')
    await sees(person, 'Non sono riuscito a leggere')
    await goesOn(person)
    await town.query(mended('session'))
    const [event] = await setAside()
    expect(await product.replay(event as EventId)).toBe(true)
    expect((await sees(person, asked.check)).text).toContain('una buca alla gattaiola')
  })

  test('a conversation that remembers what cannot be begins anew after three messages', async () => {
    const person = await citizenAt('words')
    await town.query(`UPDATE session SET state = state #- '{frames,0,state,said}' WHERE chat = $1`, [
      String(person.id),
    ])
    for (const answer of ['Non sono riuscito', 'Non sono riuscito', 'ricominciamo da capo']) {
      person.send('buca')
      await sees(person, answer)
    }
    person.send('ciao')
    await sees(person, asked.kind)
    await goesOn(person)
    for (const event of await setAside()) expect(await product.replay(event)).toBe(true)
  })
})

test('a photo that nobody could fetch in all its attempts is asked for again', async () => {
  const person = await citizenAt('photo')
  town.citizens.faults.random({ rate: 1, seed: 1, faults: [{ kind: '500' }], methods: ['getFile'] })
  person.sendPhoto(hugePng(40, 30))
  await sees(person, 'Ho ricevuto una foto')
  const failed = `SELECT 1 FROM graphile_worker._private_jobs WHERE last_error IS NOT NULL AND locked_at IS NULL`
  await until('it failed once', async () => (await town.query(failed)).length === 1)
  await town.query(`UPDATE graphile_worker._private_jobs SET attempts = max_attempts - 2, run_at = now()`)
  await sees(person, 'Una foto non si apre. Mandala di nuovo')
  town.citizens.faults.clear()
  person.sendPhoto(hugePng(40, 30))
  await until('this one is kept', async () => {
    const files = await town.query<{ status: string }>('SELECT status FROM attachment WHERE chat = $1', [
      String(person.id),
    ])
    return files.map(({ status }) => status).join() === 'stored'
  })
})

describe('at a webhook', () => {
  let other: Product
  const path = '/telegram/telegram'
  const SECRET = 'x-telegram-bot-api-secret-token'
  const secret = 'un-segreto_42'
  beforeAll(async () => {
    const telegram = town.config.telegram as TelegramConfig
    const mode = { type: 'webhook', publicUrl: 'http://127.0.0.1:9', secret } as const
    const bots = ['7300000001', '7300000002'].map((id) =>
      town.api.bot(`${id}:${'B'.repeat(35)}`, { username: `b${id}_bot` }),
    )
    const [citizenToken, staffToken] = bots.map(({ token }) => token) as [string, string]
    const config = { ...town.config, telegram: { ...telegram, citizenToken, staffToken, mode } }
    other = await startProduct({ ...config, roles: ['channels', 'http'] }, recordingLog())
    await other.started
  })
  afterAll(() => other.stop())

  const update = {
    update_id: 999_000_001,
    message: {
      message_id: 1,
      date: 1_795_000_000,
      text: 'ciao',
      chat: { id: 777, type: 'private' },
      from: { id: 777, is_bot: false, first_name: 'Falso' },
    },
  }
  const post = (headers: Record<string, string>, body: string, to = path) =>
    fetch(`${other.channels.http?.url}${to}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })

  test.each<[string, Record<string, string>, string, string, number]>([
    ['without a secret', {}, JSON.stringify(update), path, 403],
    ['with a wrong secret', { [SECRET]: 'sbagliato' }, JSON.stringify(update), path, 403],
    ['without a secret, at the staff’s', {}, JSON.stringify(update), '/telegram/telegram-staff', 403],
    ['for a bot that is not ours', { [SECRET]: secret }, JSON.stringify(update), '/telegram/another', 404],
    ['that is no JSON', { [SECRET]: secret }, '{"update_id":', path, 400],
    ['of another type', { [SECRET]: secret, 'content-type': 'application/xml' }, '<a/>', path, 415],
    ['that is no update', { [SECRET]: secret }, '{"update_id":"1"}', path, 200],
    [
      'whose parts are not what they should be',
      { [SECRET]: secret },
      '{"update_id":5,"message":7}',
      path,
      200,
    ],
  ])('a body %s is refused, or says nothing', async (_, headers, body, to, status) => {
    expect((await post(headers, body, to)).status).toBe(status)
    expect(await town.query(`SELECT 1 FROM inbox WHERE id IN ('999000001', '1', '5')`)).toEqual([])
  })

  test.each([
    ['that says its length', 'content-length: 104857600', 0],
    ['that does not', 'transfer-encoding: chunked', 1_600],
  ])('a body of 100 MB %s is refused, and not read', async (_, length, parts) => {
    const { port } = new URL(other.channels.http?.url as string)
    const socket = connect(Number(port), '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    const closed = new Promise((resolve) => socket.on('close', resolve).on('error', resolve))
    const head = [
      `POST ${path} HTTP/1.1`,
      'host: x',
      'content-type: application/json',
      `${SECRET}: ${secret}`,
    ]
    socket.write(`${[...head, length].join('\r\n')}\r\n\r\n`)
    let sentParts = 0
    while (answer === '' && !socket.destroyed && sentParts < parts) {
      sentParts++
      if (!socket.write(`10000\r\n${'x'.repeat(0x1_0000)}\r\n`))
        await Promise.race([once(socket, 'drain'), closed])
      await new Promise(setImmediate)
    }
    await closed
    expect(answer).toContain('413 Payload Too Large')
    expect(sentParts).toBeLessThan(200)
    expect((await fetch(`${other.channels.http?.url}/health`)).status).toBe(200)
  })
})

test('a settings file with five faults: all five are named, with what would be right', async () => {
  const file = join(town.config.dataDir, 'paese.yaml')
  const wrong = [
    [/^timeZone: .*$/m, 'timeZone: Europe/Cuneo'],
    [/^digestAt: .*$/m, "digestAt: '25:00'"],
    [/^locale: .*$/m, 'locale: xx'],
    [/photosPerReport: 5/, 'photosPerReport: many'],
    [/mode: working/, 'mode: sometimes'],
  ] as const
  const right = readFileSync('config/fossano.yaml', 'utf8').replaceAll(
    ' data/',
    ` ${process.cwd()}/config/data/`,
  )
  await writeFile(
    file,
    wrong.reduce((text, [from, to]) => text.replace(from, to), right),
  )
  const start = startProcess({ ...town.env, MUNICIPALITY_FILE: file })
  expect(await start.ended).toBe(2)
  expect(start.output()).toContain('The configuration has 5 faults')
  for (const name of ['timeZone', 'digestAt', 'locale', 'limits.photosPerReport', 'claim.mode'])
    expect(start.output()).toMatch(new RegExp(`${name} is "\\w.*"; right would be: .+`))
})

test('nothing of all this is left set aside, unsent or failed', async () => {
  await product.settled()
  expect(await town.query(`SELECT id, error FROM inbox WHERE status = 'set_aside'`)).toEqual([])
  expect(await town.query(`SELECT 1 FROM outbox WHERE status <> 'sent'`)).toEqual([])
  expect(await town.query('SELECT 1 FROM graphile_worker.jobs')).toEqual([])
})
