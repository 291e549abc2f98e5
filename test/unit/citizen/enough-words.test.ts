import { addition } from '../../../src/citizen/addition.js'
import { citizenDialogs } from '../../../src/citizen/dialogs.js'
import { type Draft, descriptionOf } from '../../../src/citizen/draft.js'
import { MOST_CHARACTERS } from '../../../src/citizen/enough-words.js'
import type { Ctx } from '../../../src/dialog/dialog.js'
import type { ReportId } from '../../../src/kernel/ids.js'
import { citizenAnswer } from '../../support/chatter.js'
import { fossanoWorld } from '../../support/fossano.js'
import { aTalk, type Talk } from '../../support/talk.js'

const world = await fossanoWorld()

/** Somebody who was asked where it is. */
function atPlace(): Talk {
  const talk = aTalk({
    dialogs: citizenDialogs,
    world: () => world,
    answer: (effect) => citizenAnswer(effect, 1),
  })
  talk.type('ciao')
  talk.press('roads_signs')
  talk.press('c-pothole')
  return talk
}

/** Somebody who was asked what the matter is. */
function atDescription(): Talk {
  const talk = atPlace()
  talk.send({ type: 'location', lat: 44.55, lon: 7.72 })
  talk.press('no_photos')
  return talk
}

const described = (talk: Talk): string =>
  descriptionOf(talk.session().frames.find(({ dialog }) => dialog === 'report')?.state as unknown as Draft)

it.each([
  ['as many as there may be', 'a'.repeat(MOST_CHARACTERS)],
  ['4,096 emoji, each of four units', '🇮🇹'.repeat(4_096)],
])('%s are kept whole', (_, words) => {
  const talk = atDescription()
  expect(talk.type(words).keys).not.toContain('report.words_enough')
  expect(described(talk)).toBe(words)
})

it('of one that is too long the first part is kept, and it is said', () => {
  const talk = atDescription()
  expect(talk.type(`buca ${'x'.repeat(60_000)}`).keys).toEqual(['report.words_enough', ...checkKeys(talk)])
  expect(described(talk)).toHaveLength(MOST_CHARACTERS)
  expect(described(talk)).toMatch(/^buca x+…$/)
})

it('of many in a row those that came first are kept; danger is still heard', () => {
  const talk = atDescription()
  for (let count = 0; count < 5; count++) talk.type('buca '.repeat(800))
  const { keys } = talk.type('adesso sento odore di gas')
  expect(keys.slice(0, 3)).toEqual(['danger.call_112', 'report.words_added', 'report.words_enough'])
  expect(described(talk).length).toBeLessThanOrEqual(MOST_CHARACTERS)
  expect(talk.press('send').effects.map(({ type }) => type)).toContain('submit')
})

it('a story in place of a place is a description too', () => {
  const talk = atPlace()
  const story = 'dietro il capannone '.repeat(40).trim()
  talk.type(story)
  talk.type(story)
  const draft = talk.session().frames[0]?.state as unknown as Draft
  expect(draft.place?.line).toHaveLength(200)
  expect(descriptionOf(draft)).toBe(story)
})

it('what is added to a report that was sent is shortened, and it is said', () => {
  const move = addition(351 as ReportId, { type: 'text', text: 'y'.repeat(40_000) }, {
    world,
    memory: {},
  } as Partial<Ctx> as Ctx)
  expect(move?.say).toEqual([{ body: [expect.objectContaining({ key: 'report.words_enough' })] }])
  expect(move?.effects?.[0]?.input).toMatchObject({ text: expect.stringMatching(/^y{19999}…$/) })
})

/** What the open question asks. */
const checkKeys = (talk: Talk): string[] =>
  (talk.session().open?.body ?? []).flatMap((part) => ('key' in part ? part.key : []))
