import { citizenDialogs } from '../../src/citizen/dialogs.js'
import { type Draft, hasContent } from '../../src/citizen/draft.js'
import type { Session } from '../../src/dialog/session.js'
import type { World } from '../../src/dialog/world.js'
import { citizenAnswer, type Happening, happenings, letHappen } from '../support/chatter.js'
import { fossanoWorld } from '../support/fossano.js'
import fc from '../support/properties.js'
import { createSayable, expectNewestQuestion, isSpoken } from '../support/sayable.js'
import { aTalk, type Heard, type Talk, type TalkOptions } from '../support/talk.js'

/** More of them, when one likes: `CONVERSATIONS=20000`. */
const RUNS = Number(process.env.CONVERSATIONS ?? 80)

const expectSayable = createSayable()
let world: World
beforeAll(async () => {
  world = await fossanoWorld()
})

/** Whoever is in the middle of something is asked; whoever is idle is asked nothing. */
function expectAsked({ after }: Heard): void {
  if (after.frames.length > 0) expect(after.open).toBeDefined()
  else expect([after.open, after.waiting]).toEqual([undefined, []])
}

const draftOf = ({ frames }: Session): Draft | undefined => {
  const drafts = frames.filter(({ dialog }) => dialog === 'report')
  expect(drafts.length).toBeLessThanOrEqual(1)
  return drafts[0]?.state as unknown as Draft | undefined
}

describe('a citizen’s conversation', () => {
  /** What may end a draft, as the person is told. */
  const ENDS = ['report.thrown_away', 'menu.bye', 'report.draft_ended', 'receipt.number', 'nearby.joined']

  function expectNothingLost(happening: Happening, heard: Heard): void {
    const before = draftOf(heard.before)
    const after = draftOf(heard.after)
    if (!before) return
    if (!after) {
      expect(heard.keys.filter((key) => ENDS.includes(key))).toHaveLength(1)
      const isUnasked = hasContent(before) && before.detail?.ask !== 'leaving'
      if (isUnasked) expect(heard.keys).not.toContain('report.thrown_away')
      return
    }
    if (before.category) {
      if (heard.keys.includes('report.unknown_category')) return
      expect(after.category).toBeDefined()
    }
    if (before.place) expect(after.place).toBeDefined()
    const voicesGone = ['report.voices_cleared', 'report.voice_failed'].some((key) =>
      heard.keys.includes(key),
    )
    if (!voicesGone) expect(after.voices.slice(0, before.voices.length)).toEqual(before.voices)
    const photosGone =
      heard.keys.includes('report.photos_cleared') || heard.keys.includes('report.photo_failed')
    if (!photosGone) expect(after.photos.slice(0, before.photos.length)).toEqual(before.photos)
    expect(after.photos.length).toBeLessThanOrEqual(world.town.limits.photosPerReport)
    if (happening.type !== 'edited' && !heard.keys.includes('report.words_cleared')) {
      expect(after.said.slice(0, before.said.length)).toEqual(before.said)
    }
  }

  /** The rest of an album, and a change of a message that is part of nothing. */
  const maySilent = (happening: Happening): boolean =>
    happening.type === 'file' ||
    happening.type === 'timer' ||
    happening.type === 'asked' ||
    happening.type === 'link_asked' ||
    happening.type === 'edited' ||
    (happening.type === 'media' && happening.album !== undefined)

  function expectWholeReports({ effects }: Heard): void {
    for (const { type, input } of effects) {
      if (type !== 'submit') continue
      const { category, place, description, attachments } = input as {
        category?: string
        place?: { line?: string }
        description: string
        attachments: unknown[]
      }
      expect(category).toBeTruthy()
      expect(place?.line).toEqual(expect.any(String))
      expect(description.trim() !== '' || attachments.length > 0).toBe(true)
    }
  }

  /** Each choice of the open question does something; whoever is idle gets the menu; whoever wants to stop can. */
  function expectWayOn(talk: Talk): void {
    const { open } = talk.session()
    for (const { id } of open?.choices ?? []) {
      const { keys, said, effects } = talk.copy().send({ type: 'choice', choice: id })
      expect(keys).not.toContain('dialog.outdated')
      expect(said.length + effects.length).toBeGreaterThan(0)
    }
    const stopped = talk.copy()
    for (let times = 0; stopped.session().frames.length > 0; times++) {
      expect(times).toBeLessThan(20)
      stopped.type('annulla')
    }
    expect(stopped.type('ciao').after.open?.choices.length).toBeGreaterThan(0)
  }

  const says = (text: string): Happening => ({ type: 'text', text })
  const presses = (at: number): Happening => ({ type: 'press', at })
  const photo: Happening = { type: 'media', kind: 'photo', album: 'a1' }
  /** Where chance alone seldom gets. */
  const HEAD_STARTS: readonly (readonly Happening[])[] = [
    [says("C'è una buca profonda davanti al portone."), presses(0), says('via Roma 12'), photo, presses(0)],
    // A photo instead of words, and then it cannot be read.
    [
      photo,
      presses(11),
      { type: 'location', lat: 44.5496, lon: 7.7206 },
      presses(0),
      { type: 'file', ok: false, known: true },
      presses(0),
    ],
    [photo, photo, photo, photo, photo, photo],
    [says('Un lampione è spento da giorni'), says('le mie segnalazioni')],
    [says('ciao'), says('annulla'), says('operatore')],
  ]
  const chats = fc
    .tuple(
      fc.constantFrom(...HEAD_STARTS),
      fc.nat(10),
      fc.array(happenings(), { maxLength: 20, size: 'max' }),
    )
    .map(([start, steps, chat]) => [...start.slice(0, steps), ...chat])

  it('never fails, never loses what is filled in, always leaves a way on', () => {
    fc.assert(
      fc.property(chats, fc.array(fc.nat(23), { minLength: 1, maxLength: 8 }), (chat, lucks) => {
        let answers = 0
        const answer: TalkOptions['answer'] = (effect) =>
          citizenAnswer(effect, lucks[answers++ % lucks.length] ?? 1)
        const talk = aTalk({ dialogs: citizenDialogs, world: () => world, answer })
        for (const happening of chat) {
          const heard = letHappen(talk, happening)
          if (!heard) continue
          expect(talk.session()).toEqual(heard.after)
          expectSayable(heard.said, world)
          expectNewestQuestion(heard)
          expectAsked(heard)
          expectNothingLost(happening, heard)
          expectWholeReports(heard)
          if (!maySilent(happening)) expect(isSpoken(heard)).toBe(true)
          if (!isSpoken(heard)) expect(heard.after.open).toEqual(heard.before.open)
        }
        expectWayOn(talk)
      }),
      { numRuns: RUNS },
    )
  })
})
