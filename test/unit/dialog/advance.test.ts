import type { Incoming } from '../../../src/dialog/advance.js'
import type { Dialog, Dialogs, Move, Option } from '../../../src/dialog/dialog.js'
import { newSession, type Session } from '../../../src/dialog/session.js'
import type { World } from '../../../src/dialog/world.js'
import type { ReportId } from '../../../src/kernel/ids.js'
import { type Text, text, verbatim } from '../../../src/kernel/text.js'
import type { OutboundMessage } from '../../../src/messaging/outbound.js'
import { aTown } from '../../support/builders.js'
import { aTalk } from '../../support/talk.js'

const words = (part: Text): string => ('verbatim' in part ? part.verbatim : 'key' in part ? part.key : '')
const world: World = {
  now: new Date('2026-11-23T10:00:00Z'),
  town: aTown(),
  places: { contains: () => true, findStreets: () => [] },
  translate: words,
}

const option = (id: string, more: Partial<Option> = {}): Option => ({ id, label: verbatim(id), ...more })
const says = (words: string) => [{ body: [verbatim(words)] }]

/** Asks "<name>?", offers its options, and does what the table says of an event's name. */
const toy = (
  name: string,
  moves: Record<string, Move>,
  question: Partial<ReturnType<Dialog['question']>> = {},
): Dialog => ({
  name,
  question: (state) => ({
    body: [verbatim(`${name}${state === null ? '' : JSON.stringify(state)}?`)],
    options: [option('yes')],
    ways: ['back', 'cancel'],
    ...question,
  }),
  handle: (_, event) =>
    moves[event.type === 'choice' ? event.id : event.type === 'done' ? `done ${event.ref}` : event.type] ??
    null,
})

const audience = (...dialogs: Dialog[]): Dialogs => ({
  byName: new Map(dialogs.map((dialog) => [dialog.name, dialog])),
  first(event) {
    if (event.type !== 'text') return null
    if (event.text === 'indietro') return { instead: { type: 'back' } }
    if (event.text === 'help') return { say: says('some help') }
    return event.text === 'open' ? { begin: { dialog: 'lower', state: null } } : null
  },
  isCommand: (words) => ['indietro', 'help', 'open'].includes(words),
  rest: (event) => ({ say: says(`rest: ${event.type}`) }),
})

function start(dialogs: Dialogs, frames: readonly string[] = [], session: Partial<Session> = {}) {
  const talk = aTalk({
    dialogs,
    world: () => world,
    answer: () => ({ answered: true }),
    session: {
      ...newSession('it'),
      frames: frames.map((dialog) => ({ dialog, state: null })),
      ...session,
    },
  })
  return talk
}

/** The person is asked what the topmost dialog asks. */
function asked(dialogs: Dialogs, ...frames: string[]) {
  const talk = start(dialogs, frames)
  talk.type('help')
  return talk
}

const spoken = (said: readonly OutboundMessage[]): string[] =>
  said.map(({ body, replaces }) => `${replaces ? `edit ${replaces.tag}: ` : ''}${body.map(words).join(' ')}`)
const sayings = (said: readonly OutboundMessage[]): string[] =>
  spoken(said).filter((one) => !one.startsWith('edit'))

const two = audience(
  toy('lower', { yes: { end: true, say: says('lower done') }, text: { state: { n: 1 } } }),
  toy('upper', {
    yes: { end: true, say: says('upper done') },
    location: { end: true, pass: true },
    text: { end: true, pass: true },
    contact: { quiet: true, say: says('noted') },
    unsupported: { effects: [{ type: 'look', ref: 'look', input: null }] },
    'done look': { say: says('looked') },
  }),
)

describe('a question', () => {
  it('is numbered, tagged, and its choices carry its number', () => {
    const { said, after } = start(two).type('open')
    expect(said).toEqual([
      {
        body: [verbatim('lower?')],
        tag: 'q1',
        choices: [
          { ...option('yes'), id: '1.yes' },
          { id: '1.back', label: text('dialog.back'), word: text('dialog.back_word'), row: 99 },
          { id: '1.cancel', label: text('dialog.cancel'), word: text('dialog.cancel_word'), row: 99 },
        ],
      },
    ])
    expect([after.asked, after.open?.number]).toEqual([1, 1])
  })

  it('loses its buttons and shows the choice when it is answered', () => {
    const { said } = asked(two, 'lower').press('yes')
    expect(said[0]).toEqual({
      body: [verbatim('lower?'), text('dialog.chosen', { choice: verbatim('yes') })],
      replaces: { tag: 'q1', otherwise: 'drop' },
    })
  })

  it('is about its report also without its buttons', () => {
    const report = 8 as ReportId
    const { said } = asked(audience(toy('fixed', { text: { end: true } }, { about: report })), 'fixed').type(
      'x',
    )
    expect(said).toMatchObject([{ replaces: { tag: 'q1' }, about: report }])
  })

  it('loses its buttons when words answer it', () => {
    const { said } = asked(two, 'lower').type('whatever')
    expect(spoken(said)).toEqual(['edit q1: lower?', 'lower{"n":1}?'])
  })

  it('has its app’s own keyboard taken away by what is said next', () => {
    const dialogs = audience(
      toy('where', { yes: { end: true, say: says('here') } }, { ask: 'location', ways: [] }),
    )
    const { said } = asked(dialogs, 'where').press('yes')
    expect(said).toEqual([{ body: [verbatim('here')], hideAsk: true }])
  })
})

describe('a page of the choices', () => {
  const options = Array.from({ length: 12 }, (_, index) => option(`choice ${index + 1}`))
  const moves = { 'choice 12': { say: says('twelve'), end: true } }
  const start = () => {
    const talk = asked(audience(toy('upper', moves, { options })), 'upper')
    const [question] = talk.type('help').said.slice(-1)
    return { talk, question }
  }

  it.each([
    ['a press of its row', 'page:q2:1', 1],
    ['a press that leads back', 'page:q2:0', 0],
    ['its words', 'Altre scelte!', 1],
    ['a word', 'next', 1],
  ])('is shown upon %s, and the question stays open', (_, typed, page) => {
    const { talk, question } = start()
    const { said } = typed.startsWith('page') ? talk.press(typed) : talk.type(typed)
    expect(said).toEqual([{ ...question, page }])
    expect(talk.type('12').said).toContainEqual(says('twelve')[0])
  })

  it('is asked for by the words of its row one after the other, and the first', () => {
    const { talk } = start()
    const pages = ['altre', 'more', 'Torna alle prime!', 'avanti'].map((typed) => talk.type(typed).said)
    expect(pages.map(([message]) => message?.page)).toEqual([1, 2, 0, 1])
  })

  it('is asked for by no words where every app shows all', () => {
    const few = asked(audience(toy('upper', moves, { options: options.slice(0, 10) })), 'upper')
    expect(few.type('altre').said.filter(({ page }) => page !== undefined)).toEqual([])
  })

  it('of another question is an outdated press', () => {
    const { talk } = start()
    const { said, keys } = talk.press('page:q1:1')
    expect(keys).toContain('dialog.outdated')
    expect(said.filter(({ page }) => page !== undefined)).toEqual([])
  })
})

describe('an outdated press', () => {
  it('is told so, and the open question is put again', () => {
    const talk = asked(two, 'lower')
    const { said, keys } = talk.press('0.yes')
    expect(keys).toEqual(['dialog.outdated'])
    expect(spoken(said)).toEqual(['dialog.outdated', 'edit q1: lower?', 'lower?'])
    expect(talk.session().open?.number).toBe(2)
  })

  it('asks nothing of who is idle', () => {
    expect(spoken(start(two).press('3.yes').said)).toEqual(['dialog.outdated'])
  })

  it('changes nothing else', () => {
    const talk = start(two, ['lower'], { memory: { a: 1 }, waiting: [{ dialog: 'upper', state: null }] })
    const { before, after } = talk.press('0.yes')
    expect([after.frames, after.memory, after.waiting]).toEqual([
      before.frames,
      before.memory,
      before.waiting,
    ])
  })
})

describe('dialogs one above the other', () => {
  it('go on below when the one above ends', () => {
    const { said, after } = asked(two, 'lower', 'upper').press('yes')
    expect(sayings(said)).toEqual(['upper done', 'lower?'])
    expect(after.frames.map(({ dialog }) => dialog)).toEqual(['lower'])
  })

  it('pass on what is for the one below', () => {
    const { said, after } = asked(two, 'lower', 'upper').type('a buca')
    expect(sayings(said)).toEqual(['lower{"n":1}?'])
    expect(after.frames).toEqual([{ dialog: 'lower', state: { n: 1 } }])
  })

  it('pass on to the audience when nobody is below', () => {
    const { said, after } = asked(two, 'upper').send({ type: 'location', lat: 1, lon: 1 })
    expect(sayings(said)).toEqual(['rest: location'])
    expect([after.frames, after.open]).toEqual([[], undefined])
  })

  it('hear each only what the one above does not take', () => {
    const { said } = asked(two, 'lower', 'upper').send({ type: 'command', name: 'x', rest: '' })
    expect(sayings(said)).toEqual(['rest: command', 'upper?'])
  })

  it.each([
    ['a word of any language', 'indietro'],
    ['the button', '1.back'],
    ['cancel', '1.cancel'],
  ])('end with %s where they know no way back', (_, way) => {
    const talk = asked(two, 'lower', 'upper')
    const { keys, after } = way.includes('.') ? talk.press(way) : talk.type(way)
    expect(keys).toEqual(['dialog.cancelled'])
    expect(after.frames.map(({ dialog }) => dialog)).toEqual(['lower'])
  })

  it('leave the way out of nothing to the audience', () => {
    expect(spoken(start(two).type('indietro').said)).toEqual(['rest: back'])
  })
})

describe('a move', () => {
  it('that is quiet leaves the question open', () => {
    const { said, after } = asked(two, 'upper').send({ type: 'contact', phone: '1', own: true })
    expect(spoken(said)).toEqual(['noted'])
    expect(after.open?.number).toBe(1)
  })

  it('that waits for an answer asks only then', () => {
    const { said, effects } = asked(two, 'upper').send({ type: 'unsupported', what: 'poll' })
    expect(effects).toEqual([{ type: 'look', ref: 'look', input: null }])
    expect(spoken(said)).toEqual(['edit q1: upper?', 'looked', 'upper?'])
  })

  it('of `first` that passes is said, and the event goes its way', () => {
    const greeting: Dialogs = {
      ...two,
      first: (event, session) =>
        event.type === 'text' && !session.memory.greeted
          ? { quiet: true, pass: true, say: says('hello'), remember: { greeted: true } }
          : null,
    }
    const talk = start(greeting, ['lower'])
    const { said, after } = talk.type('a buca')
    expect([spoken(said), after.frames[0]?.state]).toEqual([['hello', 'lower{"n":1}?'], { n: 1 }])
    expect(sayings(talk.type('another').said)).toEqual(['lower{"n":1}?'])
  })

  it('may change the language', () => {
    const dialogs = audience(toy('language', { yes: { end: true, locale: 'en' } }))
    expect(asked(dialogs, 'language').press('yes').after.locale).toBe('en')
  })
})

describe('words that lead', () => {
  const lead = (words: string) => [{ body: [verbatim(words)], leads: true as const }]

  it('stand over the next question, and stay there when it is answered', () => {
    const dialogs = audience(toy('which', { text: { say: lead('noted') }, yes: { end: true } }))
    const talk = asked(dialogs, 'which')
    expect(spoken(talk.type('a hole').said)).toEqual(['edit q1: which?', 'noted  which?'])
    expect(spoken(talk.press('yes').said)).toEqual(['edit q2: noted  which? dialog.chosen'])
  })

  it('come behind what is said by itself', () => {
    const dialogs = audience(toy('which', { text: { say: [...lead('noted'), ...says('beware')] } }))
    expect(sayings(asked(dialogs, 'which').type('gas').said)).toEqual(['beware', 'noted  which?'])
  })

  it('take the app’s own keyboard away alone, before a question with buttons', () => {
    const dialogs = audience(
      toy('where', { text: { end: true, say: lead('found') } }, { ask: 'location', ways: [] }),
      toy('which', {}),
    )
    const { said } = asked(dialogs, 'which', 'where').type('there')
    expect(said[0]).toEqual({ body: [verbatim('found')], hideAsk: true })
    expect(spoken(said)).toEqual(['found', 'which?'])
  })

  it('are said alone when nothing is asked, and before what is waited for', () => {
    const dialogs = audience(
      toy('which', {
        yes: { end: true, say: lead('done') },
        text: { say: lead('looking'), effects: [{ type: 'look', ref: 'look', input: null }] },
        'done look': { say: lead('looked') },
      }),
    )
    expect(sayings(asked(dialogs, 'which').press('yes').said)).toEqual(['done'])
    expect(sayings(asked(dialogs, 'which').type('a hole').said)).toEqual(['looking', 'looked  which?'])
  })
})

describe('choices that stand for themselves', () => {
  const list = audience(
    toy(
      'list',
      { 'open:1': { say: says('the first') }, 'claim:1': { say: says('claimed'), state: 'done' } },
      {
        options: [option('open:1', { standing: true, keep: true }), option('claim:1', { standing: true })],
        ways: [],
      },
    ),
  )

  it('travel without a number', () => {
    expect(
      asked(list, 'list')
        .session()
        .open?.choices.map(({ id }) => id),
    ).toEqual(['open:1', 'claim:1'])
  })

  it('leave the list open when they are kept', () => {
    const talk = asked(list, 'list')
    for (const _ of [1, 2]) expect(spoken(talk.press('open:1').said)).toEqual(['the first'])
    expect(talk.session().open?.number).toBe(1)
  })

  it('stay under a list that is over, those that are kept', () => {
    const { said } = asked(list, 'list').press('claim:1')
    expect(said[0]).toEqual({
      body: [verbatim('list?'), text('dialog.chosen', { choice: verbatim('claim:1') })],
      choices: [option('open:1')],
      replaces: { tag: 'q1', otherwise: 'drop' },
    })
  })

  it('never carry the engine’s own marks', () => {
    const { said } = asked(list, 'list').press('claim:1')
    expect(JSON.stringify(said)).not.toContain('keep')
  })
})

describe('a question of another part of the product', () => {
  const ask: Incoming = { type: 'ask', dialog: 'upper', state: { report: 351 } }

  it('is put at once to who is idle', () => {
    expect(spoken(start(two).hear(ask).said)).toEqual(['upper{"report":351}?'])
  })

  it('waits for who is busy, and one at a time', () => {
    const talk = asked(two, 'lower')
    expect([talk.hear(ask).said, talk.hear(ask).said]).toEqual([[], []])
    expect(sayings(talk.press('yes').said)).toEqual(['lower done', 'upper{"report":351}?'])
    expect(sayings(talk.press('yes').said)).toEqual(['upper done', 'upper{"report":351}?'])
    expect(talk.press('yes').after).toMatchObject({ frames: [], waiting: [] })
  })
})

describe('what is not the person’s own', () => {
  const nudge: Incoming = { type: 'nudge', kind: 'media', payload: null }
  const dialogs = audience(
    toy('lower', { nudge: { state: 'seen', say: says('a file') } }),
    toy('upper', {}),
    toy('ending', { nudge: { end: true, say: says('too late') } }),
  )

  it('goes to whoever knows it, and the question above stays open', () => {
    const { said, after } = asked(dialogs, 'lower', 'upper').hear(nudge)
    expect(spoken(said)).toEqual(['a file'])
    expect([after.frames[0]?.state, after.open?.number]).toEqual(['seen', 1])
  })

  it('puts the question again when it is for the topmost', () => {
    expect(sayings(asked(dialogs, 'upper', 'lower').hear(nudge).said)).toEqual(['a file', 'lower"seen"?'])
  })

  it('may end a dialog below', () => {
    const { after } = asked(dialogs, 'ending', 'upper').hear(nudge)
    expect(after.frames.map(({ dialog }) => dialog)).toEqual(['upper'])
  })

  it('is the audience’s when nobody knows it', () => {
    expect(sayings(asked(dialogs, 'upper').hear(nudge).said)).toEqual(['rest: nudge', 'upper?'])
  })
})

describe('a reply', () => {
  const about = (tag?: string) => ({ about: 351 as ReportId, tag })

  it('to the open question answers it, whatever report it is about', () => {
    const talk = asked(two, 'lower')
    expect(sayings(talk.type('yes', about('q1')).said)).toEqual(['lower done'])
  })

  it('to an older question is about its report', () => {
    let heard: unknown
    const dialogs: Dialogs = {
      ...two,
      first(event) {
        heard = event
        return null
      },
    }
    start(dialogs, ['lower']).type('yes', about('q0'))
    expect(heard).toEqual({ type: 'text', text: 'yes', about: 351 })
  })
})

test('a session that names no known dialog is a broken assumption', () => {
  expect(() => start(two, ['gone']).type('ciao')).toThrow('a dialog that does not exist: gone')
})
