import type { World } from '../../src/dialog/world.js'
import type { Staff } from '../../src/domain/staff.js'
import { STAFF_COMMANDS } from '../../src/domain/staff-command.js'
import type { StaffId } from '../../src/kernel/ids.js'
import { staffDialogs } from '../../src/staff/dialogs.js'
import { happenings, letHappen } from '../support/chatter.js'
import { deskAnswer } from '../support/desk-answers.js'
import { fossano, fossanoWorld } from '../support/fossano.js'
import fc from '../support/properties.js'
import { createSayable, expectNewestQuestion, isSpoken } from '../support/sayable.js'
import { aTalk } from '../support/talk.js'

/** More of them, when one likes: `CONVERSATIONS=20000`. */
const RUNS = Number(process.env.CONVERSATIONS ?? 30)

const expectSayable = createSayable()
let world: World
beforeAll(async () => {
  world = await fossanoWorld()
})

const aMember = (overrides: Partial<Staff>): Staff => ({
  id: 1 as StaffId,
  name: 'Anna',
  role: 'operator',
  offices: fossano.offices.slice(0, 1).map(({ code }) => code),
  frontDesk: false,
  locale: 'it',
  ...overrides,
})

const people: readonly (readonly [string, Staff | undefined])[] = [
  ['an operator', aMember({})],
  ['a supervisor', aMember({ role: 'supervisor', offices: [] })],
  ['an observer', aMember({ role: 'observer', offices: [] })],
  ['a stranger', undefined],
]

const words = fc.oneof(
  fc.constantFrom(
    '351',
    'la 12',
    'Riparata ieri.',
    'aiuto',
    'annulla',
    'indietro',
    '2',
    '',
    ' ',
    '🕳️'.repeat(1365),
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const names = Object.values(STAFF_COMMANDS).flatMap(({ it, en }) => [it, en])
const actions = [
  'open',
  'history',
  'claim',
  'start',
  'undo',
  'close',
  'reply',
  'note',
  'transfer',
  'contacts',
  'chase',
  'link',
]
const buttons = actions.flatMap((action) => [`${action}:351`, `${action}:351:1`])
const events = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: happenings(words, names, []) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...buttons, 'x:1', 'claim:', 'claim:999999999999', 'undo:1:1:1')
        .map((data) => ({ type: 'stray' as const, data, old: false })),
    },
  ),
  { maxLength: 20, size: 'max' },
)

it.each(people)('the desk never fails %s, and help is always there', (_, staff) => {
  fc.assert(
    fc.property(events, fc.array(fc.nat(23), { minLength: 1, maxLength: 8 }), (happened, lucks) => {
      let answers = 0
      const talk = aTalk({
        dialogs: staffDialogs,
        world: () => ({ ...world, staff }),
        answer: (effect) => deskAnswer(effect, lucks[answers++ % lucks.length] ?? 1),
      })
      for (const happening of happened) {
        // Nothing else in the product asks staff, or tells them of files, in the middle of their conversation.
        if (happening.type === 'asked') continue
        const heard = letHappen(talk, happening)
        if (!heard) continue
        expect(talk.session()).toEqual(heard.after)
        expectSayable(heard.said, world)
        expectNewestQuestion(heard)
        if (!staff)
          expect([heard.after.open, heard.effects.filter(({ type }) => type !== 'join_staff')]).toEqual([
            undefined,
            [],
          ])
        if (happening.type !== 'file' && happening.type !== 'timer') expect(isSpoken(heard)).toBe(true)
      }
      const { open, frames } = talk.session()
      for (const { id } of open?.choices ?? []) {
        expect(isSpoken(talk.copy().send({ type: 'choice', choice: id }))).toBe(true)
      }
      for (let times = 0; talk.session().frames.length > 0; times++) {
        expect(times).toBeLessThanOrEqual(2 * frames.length + 1)
        talk.send({ type: 'command', name: 'annulla', rest: '' })
      }
      expect(isSpoken(talk.send({ type: 'command', name: 'aiuto', rest: '' }))).toBe(true)
    }),
    { numRuns: RUNS },
  )
})
