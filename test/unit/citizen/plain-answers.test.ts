import { citizenDialogs } from '../../../src/citizen/dialogs.js'
import type { Draft } from '../../../src/citizen/draft.js'
import type { Session } from '../../../src/dialog/session.js'
import type { World } from '../../../src/dialog/world.js'
import { citizenAnswer } from '../../support/chatter.js'
import { fossanoWorld } from '../../support/fossano.js'
import { aTalk, type Talk } from '../../support/talk.js'

let world: World
beforeAll(async () => {
  world = await fossanoWorld()
})

const draftOf = (session: Session) => session.frames[0]?.state as unknown as Draft

/** As far as the question that is open after these words; `luck`: how the use cases answer (`citizenAnswer`). */
function upTo(words: readonly string[], luck = 1): Talk {
  const talk = aTalk({
    dialogs: citizenDialogs,
    world: () => world,
    answer: (effect) => citizenAnswer(effect, luck),
  })
  for (const one of ['ciao', 'annulla', ...words]) {
    if (one.startsWith('>')) talk.press(one.slice(1))
    else talk.type(one)
  }
  return talk
}

const DESCRIBED = ['C’è una buca profonda', '>c-pothole']
const ASKED_WORDS = ['segnala', '>roads_signs', '>c-pothole', 'via Roma 12', '>no_photos']
const CARD = [...DESCRIBED, 'via Roma 12', '>no_photos']

describe('a bare answer is never filed', () => {
  it.each(['no', 'No!', 'niente', 'no grazie', 'nope'])('%s: there are no photos', (words) => {
    const talk = upTo([...DESCRIBED, 'via Roma 12'])
    talk.type(words)
    expect(draftOf(talk.session())).toMatchObject({ photosDone: true, photos: [] })
    expect(draftOf(talk.session()).said).toHaveLength(1)
  })

  it.each(['no', 'non lo so', 'boh', 'I don’t know'])('%s: there is no house number', (words) => {
    const talk = upTo([...DESCRIBED, 'via Roma'])
    talk.type(words)
    expect(draftOf(talk.session()).place).toEqual({ line: 'Via Roma', street: 'Via Roma' })
    expect(draftOf(talk.session()).detail).toBeUndefined()
  })

  it.each(['sì', 'ok', 'va bene', 'Perfetto', 'yes please'])('%s: the card is right, and sent', (words) => {
    expect(upTo(CARD).type(words).effects).toContainEqual(expect.objectContaining({ type: 'submit' }))
  })

  it('no: the card is not right', () => {
    const { keys, effects } = upTo(CARD).type('no')
    expect([keys.slice(0, 2), effects]).toEqual([['report.ask_change', 'report.check'], []])
  })

  it('no description where one is needed: it is asked for again', () => {
    const talk = upTo(ASKED_WORDS)
    expect(talk.type('no').keys).toEqual(['citizen.we_were_here', 'report.ask_words'])
    expect(draftOf(talk.session()).said).toEqual([])
  })

  it('no more words where they may be left out', () => {
    const talk = upTo(['segnala', '>roads_signs', '>c-pothole', 'via Roma 12'])
    talk.send({ type: 'media', kind: 'photo', ref: { id: 'f' } })
    talk.press('photos_done')
    expect(talk.type('no').keys).toContain('report.check')
  })

  it.each([[['segnala']], [['segnala', '>roads_signs']]])('“non lo so” what it is: %j', (words) => {
    const talk = upTo(words)
    talk.type('boh')
    expect(draftOf(talk.session())).toMatchObject({ category: 'other', said: [] })
  })

  it.each([
    ['va bene', 'throw_away'],
    ['no no', 'go_on'],
  ])('%s, where it is asked whether to throw it away', (words, meant) => {
    const talk = upTo([...DESCRIBED, 'annulla'])
    talk.type(words)
    expect(talk.session().frames).toHaveLength(meant === 'go_on' ? 1 : 0)
  })

  it.each([
    ['nope', undefined],
    ['certo', ['nearby']],
  ])('%s, where three reports are shown', (words, asks) => {
    const talk = upTo(CARD, 3)
    expect(draftOf(talk.session()).detail?.ask).toBe('nearby')
    talk.type(words)
    expect([draftOf(talk.session()).detail?.ask]).toEqual(asks ?? [undefined])
  })

  it('outside a report it is no report either', () => {
    expect(upTo(['non lo so']).session().frames).toEqual([{ dialog: 'menu', state: { words: '' } }])
  })
})

it.each(['no, c’è anche un tombino rotto', 'sì è pericoloso di notte'])('a sentence is one: %s', (words) => {
  const talk = upTo(ASKED_WORDS)
  talk.type(words)
  expect(draftOf(talk.session()).said).toMatchObject([{ text: words }])
})
