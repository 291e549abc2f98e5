import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { inviteStaff } from '../../src/app/invite-staff.js'
import { tellTrouble } from '../../src/app/line-trouble.js'
import type { Invite } from '../../src/app/ports.js'
import { submitReport } from '../../src/app/submit-report.js'
import { type Product, startProduct } from '../../src/compose.js'
import { DAY, HOUR } from '../../src/kernel/clock.js'
import type { CategoryCode, ChannelName, ChatId, OfficeCode, UserId } from '../../src/kernel/ids.js'
import type { Person } from '../support/fake-bot-api/index.js'
import type { FakeTemplate, WhatsAppPerson } from '../support/fake-cloud-api/index.js'
import { recordingLog } from '../support/telegram-adapters.js'
import { aPhoto, deskButton, pointOf, until } from '../support/telegram-town.js'
import { openWhatsAppTown, reportByWhatsApp, type WhatsAppTown } from '../support/whatsapp-town.js'

/** The whole product between a Cloud API over real HTTP and the office on Telegram. */

let town: WhatsAppTown
let product: Product
const log = recordingLog()
let place = 0
const nextPoint = () => pointOf(place++)

const APPROVED: readonly FakeTemplate[] = [
  { name: 'filo_presa_in_carico', language: 'it', placeholders: 3, state: 'approved' },
  { name: 'filo_chiusa', language: 'it', placeholders: 4, state: 'approved' },
  { name: 'filo_risolto', language: 'it', placeholders: 1, buttons: 2, state: 'approved' },
]

const start = (roles: Product['config']['roles'] = ['channels', 'delivery', 'http']) =>
  startProduct({ ...town.config, roles }, log)

beforeAll(async () => {
  town = await openWhatsAppTown()
  product = await start()
  await product.started
  town.cloud.webhook.target = `${product.channels.http?.url}/whatsapp`
}, 60_000)
beforeEach(() => {
  town.cloud.faults.length = 0
  town.cloud.lateRefusals.clear()
  town.cloud.templates.splice(0, town.cloud.templates.length, ...APPROVED)
})
afterAll(async () => {
  await product.stop()
  await town.close()
})

const OPERATOR: Invite = { role: 'operator', offices: ['maintenance' as OfficeCode], frontDesk: false }
const SUPERVISOR: Invite = { role: 'supervisor', offices: [], frontDesk: false }

async function hired(name: string, invite = OPERATOR): Promise<Person> {
  const person = town.staff.user({ id: 5_000 + place++, first_name: name, language_code: 'it' })
  const token = randomBytes(16).toString('hex')
  await product.unitOfWork.run((tx) =>
    inviteStaff(tx, { town: town.config.town, now: new Date() }, invite, token),
  )
  person.sendCommand('start', token)
  await person.waitFor('benvenuto')
  return person
}

async function claim(operator: Person, report: number): Promise<void> {
  await operator.waitFor(`Nuova segnalazione ${report}:`, { since: 'start' })
  operator.press(deskButton('claim', report))
  await operator.waitFor(`La ${report} è in carico a te`)
  await operator.waitFor(({ buttons }) => buttons.includes('✅ Chiudi'))
}

/** Closed as resolved, and the minute in which that can be undone is over. */
async function close(operator: Person, report: number, words: string): Promise<void> {
  operator.press(deskButton('close', report))
  await operator.waitFor("Com'è andata")
  operator.press('risolta')
  await operator.waitFor('Scrivi il messaggio')
  operator.send(words)
  await operator.waitFor('leggeranno')
  operator.press('Invia')
  await operator.waitFor(`La ${report} è chiusa`)
  await town.query(`UPDATE timer SET due_at = now() WHERE kind = 'tell_closed' AND key = $1`, [
    String(report),
  ])
  const schedule = await start(['schedule'])
  await schedule.stop()
}

/** A day and an hour go by in which this person writes nothing. */
async function dayLater(person: WhatsAppPerson): Promise<void> {
  const ms = DAY + HOUR
  town.cloud.forward(ms)
  await town.query(
    `UPDATE address SET last_inbound_at = last_inbound_at - $2 * interval '1 millisecond' WHERE chat = $1`,
    [person.phone, ms],
  )
}

const callsOf = (report: number) =>
  town.query('SELECT phone, reason FROM call_task WHERE report = $1', [report])
const inboxCount = async () =>
  (await town.query<{ n: number }>(`SELECT count(*)::int AS n FROM inbox WHERE id NOT LIKE 'receipt:%'`))[0]
    ?.n ?? 0

test('from the first "ciao" to "is it fixed?", with photo, list, place request and read receipts', async () => {
  const operator = await hired('Bruno')
  const person = town.cloud.person('Ada')
  town.cloud.tellsDelivery = true
  person.send('ciao')
  await person.waitFor('Scegli dalla lista')
  expect(person.messages[0]?.text).toContain('filo diretto con il Comune di Fossano')
  person.send('strade e segnali')
  const list = await person.waitFor('Più di preciso?')
  expect(list.posted.interactive?.type).toBe('list')
  person.press('Buca nella strada')
  const where = await person.waitFor("Dov'è?")
  expect(where.posted.interactive?.type).toBe('location_request_message')
  person.sendLocation(...nextPoint())
  await person.waitFor('Hai una foto?')
  person.sendPhoto(await aPhoto('#c03020'), 'Buca davanti alla scuola')
  await person.waitFor('Ho ricevuto una foto')
  person.press('Avanti')
  const check = await person.waitFor('Guarda se va bene')
  expect(check.text).toContain('Buca davanti alla scuola')
  person.press('Invia la segnalazione')
  const receipt = await person.waitFor('La tua segnalazione è la numero')
  const report = Number(/numero (\d+)/.exec(receipt.text)?.[1])
  await until('the photo is stored', async () => {
    const [row] = await town.query(`SELECT 1 FROM attachment WHERE report = $1 AND status = 'stored'`, [
      report,
    ])
    return row !== undefined
  })

  await claim(operator, report)
  const told = await person.waitFor("l'ha presa in carico")
  person.read(told.id)
  await until('it is known to be read', async () => {
    const rows = await town.query<{ status: string }>('SELECT status FROM receipt WHERE message = $1', [
      told.id,
    ])
    return rows[0]?.status === 'read'
  })
  operator.sendCommand('apri', String(report))
  const card = await operator.waitFor('Ultima notizia a chi ha segnalato: letta')
  expect(card.text).toContain('Buca davanti alla scuola')
  const picture = operator.messages().findLast(({ photo }) => photo !== undefined)
  expect(picture).toBeDefined()

  await close(operator, report, 'La buca è stata chiusa ieri.')
  await person.waitFor('La buca è stata chiusa ieri.')
  const question = await person.waitFor('anche per te il problema è risolto?')
  expect(question.posted.interactive?.type).toBe('button')
  person.press("No, c'è ancora")
  await person.waitFor('Grazie per avercelo detto.')
  await operator.waitFor(`ha riaperto la ${report}`)
  await town.cloud.webhook.settled()
  town.cloud.tellsDelivery = false
})

test('a picture of the office reaches the citizen as an uploaded file', async () => {
  const person = town.cloud.person()
  await reportByWhatsApp(person, { point: nextPoint(), words: 'buca con foto' })
  const key = await product.unitOfWork.run(async (tx) => {
    const [row] = await town.query<{ media_key: string }>(
      'SELECT media_key FROM attachment WHERE media_key IS NOT NULL',
    )
    tx.outbox.put({
      to: { channel: 'whatsapp' as never, chat: person.phone as never },
      locale: 'it',
      message: {
        body: [{ verbatim: 'Ecco' }],
        media: [row?.media_key as never],
        pin: { lat: 44.55, lon: 7.72 },
      },
    })
    return row?.media_key
  })
  expect(key).toBeDefined()
  await person.waitFor('Ecco')
  const [image, pin] = person.messages.slice(-3)
  expect(pin?.posted.location).toEqual({ latitude: 44.55, longitude: 7.72 })
  const file = town.cloud.file(image?.posted.image?.id ?? '')
  expect((await sharp(file).metadata()).format).toBe('jpeg')
})

describe('what is not Meta’s', () => {
  const body = () =>
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [
        {
          changes: [
            {
              field: 'messages',
              value: {
                metadata: { phone_number_id: town.cloud.phoneNumberId },
                contacts: [{ wa_id: '393330000001' }],
                messages: [
                  {
                    from: '393330000001',
                    id: 'wamid.forged',
                    timestamp: '1',
                    type: 'text',
                    text: { body: 'ciao' },
                  },
                ],
              },
            },
          ],
        },
      ],
    })

  test.each<[string, (body: string) => string | undefined]>([
    ['without a signature', () => undefined],
    ['with an empty one', () => ''],
    ['with one of another body', () => town.cloud.webhook.sign('{}')],
    ['with one of another length', () => 'sha256=00'],
    ['with one by another algorithm', (body) => town.cloud.webhook.sign(body).replace('sha256', 'sha1')],
  ])('%s: 403, and nothing happens', async (_, signature) => {
    const before = await inboxCount()
    expect(await town.cloud.webhook.post(body(), signature(body()))).toBe(403)
    expect(await inboxCount()).toBe(before)
  })

  test('the signature is over the bytes as they came', async () => {
    const spaced = body().replace('"ciao"', '"\\u0063iao"').concat(' \n')
    expect(await town.cloud.webhook.post(spaced, town.cloud.webhook.sign(body()))).toBe(403)
    const before = await inboxCount()
    expect(await town.cloud.webhook.post(spaced, town.cloud.webhook.sign(spaced))).toBe(200)
    expect(await inboxCount()).toBe(before + 1)
  })

  test('signed, and no JSON: 400', async () => {
    expect(await town.cloud.webhook.post('{', town.cloud.webhook.sign('{'))).toBe(400)
  })

  test('the address is verified with the agreed words only', async () => {
    const ask = async (token: string) => {
      const query = new URLSearchParams({
        'hub.mode': 'subscribe',
        'hub.verify_token': token,
        'hub.challenge': '1158201444',
      })
      const answer = await fetch(`${town.cloud.webhook.target}?${query}`)
      return [answer.status, await answer.text()]
    }
    expect(await ask(town.cloud.verifyToken)).toEqual([200, '1158201444'])
    expect(await ask('sbagliato')).toEqual([403, ''])
    expect((await fetch(String(town.cloud.webhook.target))).status).toBe(403)
  })
})

test('a replayed body counts once; two changes in one entry count both; fields that came later are no matter', async () => {
  const person = town.cloud.person('Rosa')
  await reportByWhatsApp(person, { point: nextPoint(), words: 'buca ripetuta' })
  person.send('no grazie')
  await person.waitFor('ti scriviamo qui')
  const value = (id: string, text: string) => ({
    metadata: { phone_number_id: town.cloud.phoneNumberId },
    contacts: [{ wa_id: person.phone, user_id: person.userId, mood: 'good' }],
    messages: [
      {
        from: person.phone,
        id,
        timestamp: '1795600800',
        type: 'text',
        text: { body: text, style: [] },
        novelty: {},
      },
    ],
  })
  const changes = ['aiuto', 'privacy'].map((text) => ({
    field: 'messages',
    value: value(`wamid.${text}`, text),
    novelty: 1,
  }))
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes }],
    novelty: true,
  })
  const before = person.messages.length
  for (let times = 0; times < 3; times++)
    expect(await town.cloud.webhook.post(body, town.cloud.webhook.sign(body))).toBe(200)
  await product.settled()
  const since = person.messages.slice(before).map(({ text }) => text)
  expect(since).toHaveLength(2)
  expect(since.filter((text) => text.includes(town.config.town.notice.url))).toHaveLength(1)
})

test('an outage: nothing is lost and nothing overtakes, in either direction', async () => {
  const person = town.cloud.person('Ugo')
  person.send('ciao')
  await person.waitFor('Scegli dalla lista')
  const before = person.messages.length
  town.cloud.faults.push('cut', 'html', { status: 500 }, 'outage')
  person.send('aiuto')
  person.send('privacy')
  person.send('menu')
  await town.cloud.webhook.settled()
  const waiting = async () =>
    (await town.query<{ n: number }>(`SELECT count(*)::int AS n FROM outbox WHERE status = 'waiting'`))[0]?.n
  await until('it has been tried during the outage', () => town.cloud.faults[0] === 'outage', 15_000)
  expect(await waiting()).toBeGreaterThan(0)
  expect(person.messages).toHaveLength(before)
  town.cloud.faults.length = 0
  // The chat rests for as long as it has failed; nobody waits for that here.
  await until('all is out', async () => {
    await town.query('UPDATE outbox_head SET next_at = now() WHERE token IS NULL')
    return (await waiting()) === 0
  })
  const ids = await town.query<{ id: string }>(
    `SELECT unnest(ext_ids) AS id FROM outbox WHERE chat = $1 ORDER BY seq`,
    [person.phone],
  )
  expect(person.messages.map(({ id }) => id)).toEqual(ids.map(({ id }) => id))
  expect(new Set(ids).size).toBe(ids.length)
}, 30_000)

test('throttled: it waits as long as Meta asks, and goes out', async () => {
  const person = town.cloud.person()
  town.cloud.faults.push({ status: 429, retryAfter: 1 }, { code: 131000, message: 'Something went wrong' })
  person.send('ciao')
  await person.waitFor('Scegli dalla lista', 8_000)
}, 15_000)

describe('a day after the person wrote last', () => {
  let operator: Person
  beforeAll(async () => {
    operator = await hired('Livia')
  })

  test('news come in approved words, and the press on their button finds the report', async () => {
    const person = town.cloud.person('Pia')
    const report = await reportByWhatsApp(person, { point: nextPoint(), words: 'buca di ieri' })
    await dayLater(person)
    await claim(operator, report)
    const told = await person.waitFor('filo_presa_in_carico')
    expect(told.text).toMatch(new RegExp(`\\| ${report} \\| Buca nella strada \\|`))
    await close(operator, report, 'Chiusa ieri.\nGrazie.')
    expect((await person.waitFor('filo_chiusa')).text).toContain('Chiusa ieri. Grazie.')
    const question = await person.waitFor('filo_risolto')
    expect(question.choices).toHaveLength(2)
    person.press('reply 1')
    await person.waitFor('Grazie per avercelo detto.')
    await operator.waitFor(`ha riaperto la ${report}`)
    expect(await callsOf(report)).toEqual([])
  })

  test('also where only Meta knows that the day is over: the approved words follow at once', async () => {
    const person = town.cloud.person('Lia')
    const report = await reportByWhatsApp(person, { point: nextPoint(), words: 'buca in ritardo' })
    town.cloud.forward(DAY + HOUR)
    await claim(operator, report)
    expect((await person.waitFor('filo_presa_in_carico')).text).toContain(`| ${report} |`)
  })

  test('a reply to approved words is about their report', async () => {
    const person = town.cloud.person('Gino')
    const report = await reportByWhatsApp(person, { point: nextPoint(), words: 'buca con risposta' })
    await dayLater(person)
    await claim(operator, report)
    const told = await person.waitFor('filo_presa_in_carico')
    // Nobody answers within the 20 ms after which the network's ids are written down.
    await until('its id is known', async () => {
      const rows = await town.query('SELECT 1 FROM outbox WHERE $1 = ANY (ext_ids)', [told.id])
      return rows.length === 1
    })
    person.send('adesso è più profonda', { replyTo: told.id })
    await person.waitFor(`${report}`)
    const added = await town.query<{ body: string }>(
      `SELECT body FROM report_text WHERE report = $1 AND kind = 'addition'`,
      [report],
    )
    expect(added).toEqual([{ body: 'adesso è più profonda' }])
  })

  test.each<[string, FakeTemplate['state'] | 'missing']>([
    ['was rejected', 'rejected'],
    ['is missing there', 'missing'],
  ])('a template that %s: somebody must phone', async (_, state) => {
    const person = town.cloud.person('Tea')
    const report = await reportByWhatsApp(person, { point: nextPoint(), words: 'buca senza testo' })
    person.send('333 7654321')
    await person.waitFor('ho salvato il numero')
    await claim(operator, report)
    const closed = town.cloud.templates.find(({ name }) => name === 'filo_chiusa') as FakeTemplate
    town.cloud.templates.splice(town.cloud.templates.indexOf(closed), 1)
    if (state !== 'missing') town.cloud.templates.push({ ...closed, state })
    await dayLater(person)
    await close(operator, report, 'Fatto.')
    await until('there is a call to make', async () => (await callsOf(report)).length > 0)
    expect(await callsOf(report)).toEqual([{ phone: '+393337654321', reason: 'end' }])
    await operator.waitFor("C'è una telefonata da fare")
  })

  test('news for which no words are configured: said openly, and never sent', async () => {
    const person = town.cloud.person('Nino')
    const report = await reportByWhatsApp(person, { point: nextPoint(), words: 'buca da avviare' })
    await claim(operator, report)
    await person.waitFor("l'ha presa in carico")
    await dayLater(person)
    const before = town.cloud.posted.length
    await product.unitOfWork.run(async (tx) =>
      tx.outbox.put({
        to: { channel: 'whatsapp' as never, chat: person.phone as never },
        locale: 'it',
        message: { body: [{ verbatim: 'Nessun testo approvato' }], about: report as never },
        matters: 'end',
      }),
    )
    await operator.waitFor(`La ${report} (`)
    expect(town.cloud.posted).toHaveLength(before)
    expect(
      await town.query(`SELECT why FROM outbox WHERE chat = $1 AND status = 'refused'`, [person.phone]),
    ).toEqual([{ why: 'window-closed' }])
  })
})

test('a refusal that comes later has its consequence once', async () => {
  const operator = await hired('Gina')
  const person = town.cloud.person('Rita')
  const report = await reportByWhatsApp(person, { point: nextPoint(), words: 'buca e rifiuto' })
  person.send('333 1112223')
  await person.waitFor('ho salvato il numero')
  await claim(operator, report)
  await person.waitFor("l'ha presa in carico")
  town.cloud.lateRefusals.set(person.phone, { code: 131026, message: 'Message undeliverable' })
  await close(operator, report, 'Fatto.')
  // Where it is faster than the sender, who writes down network ids for many chats together, it is looked at again.
  await until('a call is to be made', async () => {
    await town.query(
      `UPDATE timer SET due_at = date_trunc('milliseconds', now()) WHERE kind = 'late_refusal'`,
    )
    await (await start(['schedule'])).stop()
    return (await callsOf(report)).length > 0
  })
  await operator.waitFor("C'è una telefonata da fare", { since: 'start' })
  await town.cloud.webhook.settled()
  expect(await callsOf(report)).toEqual([{ phone: '+393331112223', reason: 'end' }])
})

test('a token that has expired: supervisors hear it once, messages wait, and hear when it works again', async () => {
  const supervisor = await hired('Sara', SUPERVISOR)
  const citizens = Array.from({ length: 3 }, () => town.cloud.person())
  const expired = { code: 190, message: 'Error validating access token', status: 401 }
  town.cloud.faults.push(...Array.from({ length: 6 }, () => expired))
  for (const person of citizens) person.send('ciao')
  await supervisor.waitFor('WHATSAPP_CLOUD_TOKEN')
  const metrics = async () => (await fetch(`${product.channels.http?.url}/metrics`)).text()
  expect(await metrics()).toContain('filo_line_trouble{channel="whatsapp",trouble="token"} 1')
  await until(
    'each was tried again',
    async () => {
      await town.query('UPDATE outbox_head SET next_at = now() WHERE token IS NULL')
      return town.cloud.faults.length === 0
    },
    15_000,
  )
  for (const person of citizens) await person.waitFor('Scegli dalla lista', 10_000)
  await supervisor.waitFor('WhatsApp invia di nuovo')
  const said = supervisor
    .history()
    .filter(({ by, text }) => by === 'bot' && text?.includes('WHATSAPP_CLOUD_TOKEN'))
  expect(said).toHaveLength(1)
  expect(await metrics()).not.toContain('filo_line_trouble{')
}, 30_000)

test('a paused template: supervisors hear it once, whatever is told of the line and of other templates', async () => {
  const supervisor = await hired('Olga', SUPERVISOR)
  const told: readonly ['template' | undefined, string?][] = [
    ['template', 'filo_chiusa'],
    [undefined],
    [undefined, 'filo_risolto'],
    ['template', 'filo_chiusa'],
    [undefined, 'filo_chiusa'],
  ]
  for (const [trouble, template] of told)
    await product.unitOfWork.run((tx) =>
      tellTrouble(tx, Date.now(), trouble, template ? { template: { name: template, language: 'it' } } : {}),
    )
  await supervisor.waitFor('«filo_chiusa» (it) per gli avvisi su WhatsApp si può usare di nuovo')
  const said = supervisor
    .history()
    .filter(({ by, text }) => by === 'bot' && /non ci lascia|di nuovo/.test(text ?? ''))
  expect(said).toHaveLength(2)
})

test('a text that Meta refuses or approves: supervisors hear it once, signed webhooks only', async () => {
  const supervisor = await hired('Nora', SUPERVISOR)
  const { webhook } = town.cloud
  const tell = (event: string, secret = webhook.sign) => {
    const value = { event, message_template_name: 'filo_risolto', message_template_language: 'it' }
    const body = JSON.stringify({
      entry: [{ changes: [{ field: 'message_template_status_update', value }] }],
    })
    return webhook.post(body, secret(body))
  }
  expect(await tell('REJECTED', () => 'sha256=00')).toBe(403)
  expect([await tell('REJECTED'), await tell('REJECTED'), await tell('APPROVED')]).toEqual([200, 200, 200])
  await supervisor.waitFor('approvato il testo «filo_risolto» (it)')
  const said = supervisor.history().filter(({ by, text }) => by === 'bot' && text?.includes('filo_risolto'))
  expect(said.map(({ text = '' }) => text.split('«')[0])).toEqual([
    '⚠️ Meta ha respinto il testo ',
    '✅ Meta ha approvato il testo ',
  ])
  expect(said[0]?.text).toContain('nasce una telefonata da fare')
})

test('a person who hides the number: the same chat, and never a business-scoped id in "to"', async () => {
  const [known, stranger] = [town.cloud.person('Elsa'), town.cloud.person('Ivo')]
  const report = await reportByWhatsApp(known, { point: nextPoint(), words: 'buca con nome' })
  known.send('no grazie')
  await town.cloud.webhook.settled()
  known.hidden = true
  known.send('le mie segnalazioni')
  await known.waitFor(`Segnalazione ${report}: Buca nella strada`)
  stranger.hidden = true
  stranger.send('ciao')
  await stranger.waitFor('Scegli dalla lista')
  expect(town.cloud.posted.filter(({ to }) => to !== undefined && !/^\d+$/.test(to))).toEqual([])
  expect(town.cloud.posted.at(-1)).toMatchObject({ recipient: stranger.userId })
})

test('who wrote under the number, then under the id alone, is one person once both come together', async () => {
  const operator = await hired('Ugo')
  const person = town.cloud.person('Zita')
  const report = await reportByWhatsApp(person, { point: nextPoint(), words: 'buca di due chat' })
  person.send('no grazie')
  await town.cloud.webhook.settled()
  // As it was before WhatsApp told the ids.
  await town.query('DELETE FROM whatsapp_cloud_id WHERE id = $1', [person.userId])
  person.hidden = true
  person.send('le mie segnalazioni')
  await person.waitFor('filo diretto con il Comune di Fossano')
  const chats = () =>
    town.query<{ citizen: string }>('SELECT citizen FROM address WHERE chat = ANY ($1)', [
      [person.phone, person.userId],
    ])
  expect(new Set((await chats()).map(({ citizen }) => citizen)).size).toBe(2)

  person.hidden = false
  person.send('le mie segnalazioni')
  await person.waitFor(`Segnalazione ${report}: Buca nella strada`)
  expect(new Set((await chats()).map(({ citizen }) => citizen)).size).toBe(1)
  await claim(operator, report)
  await person.waitFor("l'ha presa in carico")
  expect(
    await town.query(
      `SELECT chat FROM outbox WHERE about = $1 AND channel = 'whatsapp' ORDER BY created_at DESC LIMIT 1`,
      [report],
    ),
  ).toEqual([{ chat: person.userId }])
})

test('whoever wrote to a linked device before hears of that report here, and goes on with it', async () => {
  const operator = await hired('Aldo')
  const person = town.cloud.person('Gina')
  const from = { channel: 'whatsapp' as ChannelName, chat: '77@lid' as ChatId }
  await town.query('INSERT INTO whatsapp_alias (id, chat) VALUES ($1, $2)', [
    `${person.phone}@s.whatsapp.net`,
    from.chat,
  ])
  const acting = {
    from,
    actor: '77@lid' as UserId,
    locale: 'it',
    now: new Date(),
    town: town.config.town,
  } as const
  const submitted = await product.unitOfWork.run((tx) =>
    submitReport(tx, acting, {
      category: 'pothole' as CategoryCode,
      place: { line: 'Via Roma 12' },
      description: 'una buca di prima',
      attachments: [],
      urgent: false,
    }),
  )
  const id = submitted.ok ? submitted.report.id : 0
  await claim(operator, id)
  // This number has not been written to: only approved words get through.
  await person.waitFor('filo_presa_in_carico')
  person.send('le mie segnalazioni')
  await person.waitFor(`Segnalazione ${id}: Buca nella strada`)
  expect(await town.query('SELECT chat FROM whatsapp_cloud_id WHERE id = $1', [person.phone])).toEqual([
    { chat: from.chat },
  ])
})

test('no name, no number, no words, no token ever reach the log', () => {
  const said = JSON.stringify(log.entries, (_, value) =>
    value instanceof Error ? [value.message, value.stack] : value,
  )
  const numberInIds = Buffer.from('\x1c\x18\x0d393330').toString('base64')
  for (const secret of [
    numberInIds,

    town.cloud.token,
    town.cloud.appSecret,
    town.cloud.verifyToken,
    'buca ripetuta',
    '39333001',
  ])
    expect(said).not.toContain(secret)
})
