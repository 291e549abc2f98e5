import { cloudCapabilities } from '../../src/channels/whatsapp/cloud/capabilities.js'
import type { ExternalId, MediaKey } from '../../src/kernel/ids.js'
import { type Text, verbatim } from '../../src/kernel/text.js'
import type { Capabilities } from '../../src/messaging/channel.js'
import { fit as fitted } from '../../src/messaging/fit.js'
import type { Choice, OutboundMessage, Rendered } from '../../src/messaging/outbound.js'
import fc from '../support/properties.js'

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const translate = (text: Text): string =>
  'verbatim' in text
    ? text.verbatim
    : 'key' in text
      ? [text.key, ...Object.values(text.params ?? {})].join(' ')
      : ''

const chunk = fc.constantFrom(
  '👨‍👩‍👧‍👦',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '🇮🇹',
  '👍🏽',
  '❤️‍🔥',
  '1️⃣',
  'Z̸̡̢̛͎̦',
  'é',
  'مرحبا بالعالم',
  'שָׁלוֹם',
  'नमस्ते',
  '𝒲',
  '\r\n',
  ' ',
  '  \n',
  '\n\n',
  '. ',
  'C’è una buca.',
  'parolalunghissimasenzaspazi',
)
const words = fc
  .oneof(
    fc.array(chunk, { maxLength: 60 }).map((chunks) => chunks.join('')),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.tuple(chunk, fc.integer({ min: 1, max: 1500 })).map(([one, times]) => one.repeat(times)),
  )
  .filter((text) => text.length <= 6000)

const anyCaps: fc.Arbitrary<Capabilities> = fc.record({
  maxButtons: fc.constantFrom(0, 3, 100),
  maxListRows: fc.constantFrom(0, 10),
  maxLines: fc.option(fc.integer({ min: 2, max: 12 }), { nil: undefined }),
  maxRowLabel: fc.option(fc.integer({ min: 1, max: 24 }), { nil: undefined }),
  maxRowDetail: fc.option(fc.integer({ min: 1, max: 72 }), { nil: undefined }),
  locationRequestAlone: fc.boolean(),
  maxTextWithButtons: fc.option(fc.integer({ min: 20, max: 1024 }), { nil: undefined }),
  locationRequest: fc.boolean(),
  phoneRequest: fc.boolean(),
  maxText: fc.oneof(fc.integer({ min: 20, max: 4096 }), fc.constantFrom(20, 21, 4096)),
  maxLabel: fc.integer({ min: 1, max: 64 }),
  maxAlbum: fc.integer({ min: 1, max: 10 }),
  maxMediaBytes: fc.constant(20_000_000),
  edits: fc.boolean(),
  proactive: fc.constant('free'),
})
const caps = fc.oneof(anyCaps, fc.constant(cloudCapabilities({})))

const choices: fc.Arbitrary<Choice[]> = fc.array(
  fc.record(
    {
      id: fc.string({ minLength: 1, maxLength: 64 }),
      label: words.filter((text) => text.trim() !== '').map(verbatim),
      command: fc.constantFrom('/claim 12', '/open 351'),
      word: words.filter((text) => text.trim() !== '').map(verbatim),
      row: fc.integer({ min: 0, max: 3 }),
      everyPage: fc.constant(true as const),
    },
    { requiredKeys: ['id', 'label'] },
  ),
  { maxLength: 24 },
)

const messages: fc.Arbitrary<OutboundMessage> = fc.record(
  {
    body: fc.array(words.map(verbatim), { maxLength: 4 }),
    choices,
    ask: fc.constantFrom('location' as const, 'phone' as const),
    hideAsk: fc.boolean(),
    media: fc.array(
      fc
        .tuple(fc.uuid(), fc.constantFrom('jpg', 'ogg', 'm4a', 'mp3'))
        .map((key) => key.join('.') as MediaKey),
      { maxLength: 12 },
    ),
    pin: fc.constant({ lat: 44.55, lon: 7.72 }),
    replaces: fc.record({
      tag: fc.constant('q1'),
      otherwise: fc.constantFrom('send' as const, 'drop' as const),
    }),
    tag: fc.constant('q7'),
    page: fc.integer({ min: 0, max: 5 }),
  },
  { requiredKeys: ['body'] },
)

const target = fc.option(fc.constant('77' as ExternalId), { nil: undefined })
const textOf = (part: Rendered): string => (part.type === 'text' || part.type === 'edit' ? part.text : '')
const squeezed = (text: string): string => text.replace(/\s+/g, '')

describe('fit', () => {
  it('never exceeds a limit, never sends an empty message, always says the same', () => {
    fc.assert(
      fc.property(messages, caps, target, (message, caps, target) => {
        const parts = fitted(message, caps, translate, target)
        expect(fitted(structuredClone(message), caps, translate, target)).toEqual(parts)
        for (const part of parts) {
          if (part.type === 'pin' || part.type === 'voice') continue
          if (part.type === 'photos') {
            expect(part.media.length).toBeGreaterThan(0)
            expect(part.media.length).toBeLessThanOrEqual(caps.maxAlbum)
            continue
          }
          expect(part.text.trim()).not.toBe('')
          expect(part.text.length).toBeLessThanOrEqual(caps.maxText)
          const buttons = part.buttons?.flat() ?? []
          const others = part.type === 'text' ? (part.ask?.others ?? []) : []
          expect(buttons.length + others.length).toBeLessThanOrEqual(caps.maxButtons)
          const list = part.type === 'text' ? part.list : undefined
          if (list) {
            const { maxRowLabel = caps.maxLabel, maxRowDetail = 0 } = caps
            expect([list.rows.length > 0, list.rows.length <= caps.maxListRows]).toEqual([true, true])
            expect(list.label.length).toBeLessThanOrEqual(caps.maxLabel)
            for (const { label, detail = '' } of list.rows) {
              expect([label.length > 0, label.length <= maxRowLabel]).toEqual([true, true])
              expect(detail.length).toBeLessThanOrEqual(maxRowDetail)
            }
          }
          if (list || (part.type === 'text' && (part.buttons || part.ask)))
            expect(part.text.length).toBeLessThanOrEqual(caps.maxTextWithButtons ?? caps.maxText)
          if (part.type === 'text' && part.ask?.what === 'location' && caps.locationRequestAlone)
            expect(others).toEqual([])
          for (const label of [...buttons.map(({ label }) => label), ...others]) {
            expect(label.length).toBeGreaterThan(0)
            expect(label.length).toBeLessThanOrEqual(caps.maxLabel)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('loses nothing of the words, and offers every choice once, with the last part', () => {
    fc.assert(
      fc.property(messages, caps, ({ replaces, tag, page, ...message }, caps) => {
        const parts = fitted(message, caps, translate)
        const said = squeezed(parts.map(textOf).join(''))
        const body = squeezed(message.body.map(translate).join(''))
        const offered = message.choices ?? []
        const drawn = parts.flatMap((part) =>
          part.type === 'text'
            ? [...(part.buttons?.flat() ?? []), ...(part.list?.rows ?? []), ...(part.ask?.others ?? [])]
            : [],
        )
        const carriers = parts.filter(
          (part) => part.type === 'text' && (part.buttons || part.list || part.ask),
        )
        expect(carriers.every((part) => part === parts.at(-1))).toBe(true)
        // From a list the ways out may be left out; what is not drawn is written.
        const written = drawn.length === 0 ? offered : offered.filter(({ word }) => word)
        if (drawn.length === offered.length) expect(said).toBe(body)
        else {
          expect(drawn).toHaveLength(offered.length - written.length)
          const wordOf = ({ label, word }: Choice) => squeezed(translate(word ?? label))
          expect(said.startsWith(body) && written.every((choice) => said.includes(wordOf(choice)))).toBe(true)
        }
        const sent = (type: 'photos' | 'voice') =>
          parts.flatMap((part) => (part.type === type ? part.media : []))
        const { media = [] } = message
        expect(sent('photos')).toEqual(media.filter((key) => key.endsWith('.jpg')))
        expect(sent('voice')).toEqual(media.filter((key) => !key.endsWith('.jpg')))
      }),
      { numRuns: 300 },
    )
  })

  it('shows every choice of a list that turns its pages, in order and once, or on each page', () => {
    fc.assert(
      fc.property(choices, fc.nat(), (choices, any) => {
        const listed = choices.filter(({ word }) => !word)
        fc.pre(listed.length > 2)
        const maxListRows = 2 + (any % Math.min(9, listed.length - 2))
        const body = [verbatim('Che cosa?')]
        const staying = listed.filter(({ everyPage }) => everyPage).slice(0, maxListRows - 2)
        const turning = listed.filter((choice) => !staying.includes(choice))
        const shown: string[] = []
        for (let page = 0; shown.length < turning.length; page++) {
          const [part, ...more] = fitted(
            { body, choices, tag: 'q7', page },
            { ...full, maxButtons: 0, maxListRows },
            translate,
          ).slice(-1)
          const rows = part?.type === 'text' ? (part.list?.rows ?? []) : []
          expect([more.length, rows.length > 1, rows.length <= maxListRows]).toEqual([0, true, true])
          const own = rows.length - 1 - staying.length
          const next = shown.length + own < turning.length ? page + 1 : 0
          expect(rows.slice(own).map(({ id }) => id)).toEqual([
            ...staying.map(({ id }) => id),
            `page:q7:${next}`,
          ])
          shown.push(...rows.slice(0, own).map(({ id }) => id))
        }
        expect(shown).toEqual(turning.map(({ id }) => id))
      }),
    )
  })

  it('cuts only between characters as people see them', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 4096 }), (text, maxText) => {
        const whole = [...graphemes.segment(text.trim())].map(({ segment }) => segment)
        fc.pre(whole.every((segment) => segment.length <= maxText))
        const parts = fitted({ body: [verbatim(text)] }, { ...full, maxText }, translate).map(textOf)
        const again = parts.flatMap((part) => [...graphemes.segment(part)].map(({ segment }) => segment))
        const visible = (segments: string[]) => segments.filter((segment) => segment.trim() !== '')
        expect(visible(again)).toEqual(visible(whole))
      }),
      { numRuns: 300 },
    )
  })
})

const full: Capabilities = {
  maxButtons: 100,
  maxListRows: 0,
  locationRequest: true,
  phoneRequest: true,
  maxText: 4096,
  maxLabel: 64,
  maxAlbum: 10,
  maxMediaBytes: 20_000_000,
  edits: true,
  proactive: 'free',
}
