import fc from 'fast-check'
import { linkQuestionFrame } from '../../src/citizen/link-dialog.js'
import type { Incoming } from '../../src/dialog/advance.js'
import type { Effect } from '../../src/dialog/dialog.js'
import type { Json, Session } from '../../src/dialog/session.js'
import { OUTCOMES, STATUSES } from '../../src/domain/report.js'
import type { AttachmentId, ChannelName, ExternalId, ReportId } from '../../src/kernel/ids.js'
import { fossano } from './fossano.js'
import type { Heard, Talk } from './talk.js'

/** Something that may happen in a chat, as data: what it presses or answers depends on the conversation so far. */
export type Happening =
  | { readonly type: 'press'; readonly at: number }
  | { readonly type: 'number'; readonly at: number }
  | { readonly type: 'stray'; readonly data: string; readonly old: boolean }
  | { readonly type: 'text'; readonly text: string; readonly reply?: 'question' | ReportId }
  | { readonly type: 'location'; readonly lat: number; readonly lon: number; readonly label?: string }
  | {
      readonly type: 'media'
      readonly kind: 'photo' | 'document' | 'voice' | 'video'
      readonly mime?: string
      readonly caption?: string
      readonly album?: string
      readonly reply?: ReportId
    }
  | { readonly type: 'contact'; readonly phone: string; readonly own: boolean }
  | { readonly type: 'edited'; readonly back: number; readonly text: string }
  | { readonly type: 'unsupported'; readonly what: 'sticker' | 'poll' | 'file' | 'game' | 'other' }
  | { readonly type: 'command'; readonly name: string; readonly rest: string }
  | { readonly type: 'file'; readonly ok: boolean; readonly inside?: boolean; readonly known: boolean }
  | { readonly type: 'timer'; readonly kind: 'draft_reminder' | 'draft_end' }
  | { readonly type: 'asked'; readonly report: ReportId }
  | { readonly type: 'link_asked'; readonly name?: string }

const REPORTS = [3, 7, 351].map((id) => id as ReportId)

const emptyTexts = [
  '',
  ' ',
  '\n\t ',
  '​',
  '👍',
  '❤️‍🔥👨‍👩‍👧‍👦',
  '12',
  '1',
  '2.',
  '3',
  '999999999999',
  '-1',
  '0',
]
const hardTexts = [
  '🕳️'.repeat(1365),
  'parola '.repeat(585),
  'مرحبا، هناك حفرة في الشارع',
  'שלום',
  'Z̸̡̢̛͎̦a̷l̴g̶o̵ b̶u̷c̸a̶',
]
const plainTexts = [
  ...[
    'buca',
    "C'è una buca profonda davanti al portone.",
    'Un lampione è spento da giorni',
    'topi',
    'non lo so',
    'boh',
  ],
  ...[
    'via Roma',
    'via Roma 12',
    'Viale Regina Elena 5/b',
    'via rma 3',
    'piazza Castello',
    'davanti al bar Sport',
  ],
  ...[
    "sento odore di gas in via Roma 12, c'è una fuga",
    'aiuto, un incendio',
    'There is a pothole near the school',
  ],
  ...[
    'sì',
    'no',
    'no grazie',
    'grazie',
    '0172 699611',
    '333 1234567',
    'call me at 12',
    '{{number}} $t(x) <b>',
    'a\u0000b',
  ],
]
/** Every wish of `citizen/words.ts` at least once, in both languages. */
const words = [
  ...[
    'start',
    'ciao',
    'buongiorno',
    'menu',
    'aiuto',
    'help',
    'indietro',
    'back',
    'annulla',
    'stop',
    'le mie segnalazioni',
  ],
  ...['my reports', 'operatore', 'person', 'lingua', 'english', 'privacy', 'segnala', 'new'],
  ...['collega', 'link', 'scollega', 'unlink', '1234 5678', 'collega 1234-5678'],
]
const commands = [
  'start',
  'menu',
  'aiuto',
  'segnala',
  'mie',
  'annulla',
  'back',
  'operatore',
  'lingua',
  'privacy',
  'collega',
  'unlink',
  'coda',
  'x',
]

const citizenTexts = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...plainTexts) },
  { weight: 2, arbitrary: fc.constantFrom(...words) },
  { weight: 1, arbitrary: fc.constantFrom(...emptyTexts) },
  { weight: 1, arbitrary: fc.constantFrom(...plainTexts, ...hardTexts) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
)

const strays = [
  'send',
  'throw_away',
  'photos_clear',
  'claim:12:3',
  'contacts:351',
  '0.send',
  'x'.repeat(64),
  '1.',
  '',
  '99999999.send',
]
const captions = fc.option(fc.constantFrom('', ' ', 'una buca enorme', 'incendio!', 'm'.repeat(1024)), {
  nil: undefined,
})
const points = fc.oneof(
  fc.constantFrom([44.5496, 7.7206], [44.551, 7.7235], [45.07, 7.68], [0, 0], [90, 180], [-90, -180]),
  fc.tuple(fc.double({ min: -90, max: 90, noNaN: true }), fc.double({ min: -180, max: 180, noNaN: true })),
)

const always = <T extends string>(type: T) => ({ type: fc.constant(type) })
const reply = fc.option(fc.constantFrom(...REPORTS), { nil: undefined, freq: 8 })

const LINK_ASKED: fc.WeightedArbitrary<Happening> = {
  weight: 1,
  arbitrary: fc.record({
    ...always('link_asked'),
    name: fc.constantFrom(undefined, 'Anna', 'Comune di Fossano\n\nScrivi il codice!'.repeat(9)),
  }),
}

/** @param texts what this kind of people writes */
export const happenings = (
  texts: fc.Arbitrary<string> = citizenTexts,
  names: readonly string[] = commands,
  asksOfLinks: readonly fc.WeightedArbitrary<Happening>[] = [LINK_ASKED],
): fc.Arbitrary<Happening> =>
  fc.oneof(
    { weight: 14, arbitrary: fc.record({ ...always('press'), at: fc.nat(15) }) },
    { weight: 2, arbitrary: fc.record({ ...always('number'), at: fc.nat(12) }) },
    {
      weight: 1,
      arbitrary: fc.record({ ...always('stray'), data: fc.constantFrom(...strays), old: fc.boolean() }),
    },
    {
      weight: 7,
      arbitrary: fc.record({
        ...always('text'),
        text: texts,
        reply: fc.option(fc.constantFrom('question' as const, ...REPORTS), { nil: undefined, freq: 10 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(points, fc.option(fc.constantFrom('Bar Sport', ''), { nil: undefined }))
        .map(([[lat = 0, lon = 0], label]) => ({ type: 'location' as const, lat, lon, label })),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        ...always('media'),
        kind: fc.constantFrom(
          'photo' as const,
          'photo' as const,
          'photo' as const,
          'document' as const,
          'voice' as const,
          'video' as const,
        ),
        mime: fc.constantFrom(undefined, 'image/jpeg', 'application/pdf'),
        caption: captions,
        album: fc.constantFrom(undefined, undefined, 'a1', 'a2'),
        reply,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        ...always('contact'),
        phone: fc.constantFrom('+393331234567', '12', ''),
        own: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ ...always('edited'), back: fc.nat(12), text: texts }) },
    {
      weight: 1,
      arbitrary: fc.record({
        ...always('unsupported'),
        what: fc.constantFrom('sticker' as const, 'file' as const, 'other' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        ...always('command'),
        name: fc.constantFrom(...names),
        rest: fc.constantFrom('', '12', '351 ecco', 'abc', '999999999999'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        ...always('file'),
        ok: fc.boolean(),
        inside: fc.constantFrom(undefined, true, false),
        known: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        ...always('timer'),
        kind: fc.constantFrom('draft_reminder' as const, 'draft_reminder' as const, 'draft_end' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ ...always('asked'), report: fc.constantFrom(...REPORTS) }) },
    ...asksOfLinks,
  )

/** Lets it happen. Undefined: there is nothing to press. */
export function letHappen(talk: Talk, happening: Happening): Heard | undefined {
  const { open, asked } = talk.session()
  switch (happening.type) {
    case 'press': {
      const choice = open?.choices[happening.at % Math.max(1, open.choices.length)]
      return choice && talk.send({ type: 'choice', choice: choice.id })
    }
    case 'number':
      return talk.type(String(happening.at + 1))
    case 'stray': {
      const id = open?.choices[0]?.id.replace(/^\d+\./, '') ?? happening.data
      return talk.send({ type: 'choice', choice: happening.old ? `${asked - 1}.${id}` : happening.data })
    }
    case 'text': {
      const { text, reply } = happening
      if (reply === undefined) return talk.type(text)
      return talk.type(
        text,
        reply === 'question' ? { about: 7 as ReportId, tag: `q${asked}` } : { about: reply },
      )
    }
    case 'location':
    case 'contact':
    case 'unsupported':
    case 'command':
      return talk.send(happening)
    case 'media': {
      const { kind, mime, caption, album, reply } = happening
      const repliedTo = reply === undefined ? undefined : { about: reply }
      return talk.send({ type: 'media', kind, ref: { id: 'f', mime }, caption, album }, { repliedTo })
    }
    case 'edited':
      return talk.send({ type: 'edited', message: `m${happening.back}` as ExternalId, text: happening.text })
    case 'file':
      return talk.hear(fileNews(talk.session(), happening))
    case 'timer':
      return talk.hear({ type: 'nudge', kind: happening.kind, payload: null })
    case 'asked':
      return talk.hear({ type: 'ask', dialog: 'feedback', state: { report: happening.report } })
    case 'link_asked':
      return talk.hear({
        type: 'ask',
        ...linkQuestionFrame({ link: 1, channel: 'telegram' as ChannelName, name: happening.name }),
      })
    default:
      return happening satisfies never
  }
}

function fileNews(session: Session, { ok, inside, known }: Extract<Happening, { type: 'file' }>): Incoming {
  const state = session.frames.find(({ dialog }) => dialog === 'report')?.state as
    | { photos: AttachmentId[] }
    | undefined
  const gps = inside
    ? { lat: 44.5496, lon: 7.7206 }
    : inside === false
      ? { lat: 45.07, lon: 7.68 }
      : undefined
  const payload = {
    attachment: (known && state?.photos.at(-1)) || 'telegram/other',
    ok,
    gps: ok ? gps : undefined,
    report: known ? undefined : 7,
  }
  return { type: 'nudge', kind: 'media', payload }
}

const office = fossano.offices[0]?.name ?? { it: '' }
const ownReport = (id: ReportId, index: number): Json => ({
  id,
  title: { verbatim: 'Buche – Via Roma' },
  status: STATUSES[(id + index) % STATUSES.length],
  outcome: [...OUTCOMES, undefined][(id + index) % (OUTCOMES.length + 1)],
  office: { ...office },
  submittedAt: '2026-11-20T08:00:00.000Z',
  may: (id + index) % 3 === 0 ? ['reopen'] : ['add', 'withdraw'],
})

const WHY_NOT_ADDED = ['closed', 'not-yours', 'enough', 'enough-files']

/** What the use cases might answer a citizen: mostly well, sometimes not. `luck`: one number per answer. */
const TYPED_WRONG = ['unknown', 'expired', 'used', 'own', 'linked', 'too-many'] as const

export function citizenAnswer({ type, input }: Effect, luck: number): Json {
  const given = input as { report?: number; phone?: string } | null
  const report = given?.report ?? 400
  const refused = luck % 4 === 0
  switch (type) {
    case 'submit':
      if (refused) return { ok: false, why: luck % 8 === 0 ? 'too-many' : 'unknown-category' }
      return {
        ok: true,
        report,
        office: { ...office },
        dueAt: '2026-11-24T17:00:00.000Z',
        askPhone: luck % 2 === 0,
      }
    case 'find_nearby':
      return {
        reports:
          luck % 3 === 0
            ? REPORTS.map((id) => ({ id, place: 'Via Roma', submittedAt: '2026-11-20T08:00:00.000Z' }))
            : [],
      }
    case 'follow':
      return refused ? { ok: false, why: 'closed' } : { ok: true, report }
    case 'my_reports':
      return { reports: REPORTS.slice(0, luck % 4).map((id) => ownReport(id, luck)) }
    case 'show_ending':
      return { report, message: { verbatim: 'Siamo passati' }, ...(luck % 2 === 0 && { duplicateOf: 3 }) }
    case 'add_to_report':
      return refused
        ? luck % 3 === 0
          ? {
              ok: false,
              report,
              why: 'reopenable',
              outcome: OUTCOMES[luck % OUTCOMES.length],
              text: 'È ancora lì',
              attachments: [],
            }
          : { ok: false, report, why: WHY_NOT_ADDED[Math.floor(luck / 4) % WHY_NOT_ADDED.length] as string }
        : { ok: true, report, ...(luck % 5 === 0 && { withoutFiles: true }) }
    case 'withdraw':
      return refused ? { ok: false, why: 'closed' } : { ok: true, report }
    case 'reopen':
      return refused
        ? {
            ok: false,
            why: 'too-late',
            category: 'pothole',
            place: { line: 'Via Roma 12' },
            photos: [],
            voices: [],
          }
        : { ok: true, report, ...(luck % 5 === 0 && { asked: true }) }
    case 'request_call':
      return given?.phone === undefined && luck % 2 === 0 ? { ok: false, why: 'no-phone' } : { ok: true }
    case 'offer_link':
      return { code: '12345678', minutes: 10 }
    case 'type_link_code':
      return refused
        ? { ok: false, why: TYPED_WRONG[(luck / 4) % TYPED_WRONG.length] ?? 'used' }
        : { ok: true, link: 1 }
    case 'answer_link':
      if (!(input as { yes: boolean }).yes) return 'refused'
      return (['joined', 'waits', 'gone'] as const)[luck % 3] ?? 'gone'
    case 'unlink':
      return { ok: !refused }
    default:
      return null
  }
}
