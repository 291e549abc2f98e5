import { citizenDialogs } from '../../../src/citizen/dialogs.js'
import type { World } from '../../../src/dialog/world.js'
import type { ReportId } from '../../../src/kernel/ids.js'
import { citizenAnswer } from '../../support/chatter.js'
import { fossanoWorld } from '../../support/fossano.js'
import { aTalk, type Talk } from '../../support/talk.js'

let world: World
beforeEach(async () => {
  world = await fossanoWorld()
})

/** A citizen who knows the notice. `luck`: how the use cases answer (`citizenAnswer`). */
function aCitizen(luck = 1): Talk {
  const talk = aTalk({
    dialogs: citizenDialogs,
    world: () => world,
    answer: (effect) => citizenAnswer(effect, luck),
  })
  talk.type('ciao')
  talk.type('annulla')
  return talk
}

const dialogs = (talk: Talk): string[] => talk.session().frames.map(({ dialog }) => dialog)
const draftOf = (talk: Talk) =>
  talk.session().frames.find(({ dialog }) => dialog === 'report')?.state as
    | Record<string, unknown>
    | undefined
const photo = { type: 'media', kind: 'photo', ref: { id: 'f' } } as const
const about = (report: number) => ({ about: report as ReportId })

/** As far as the question for the house number. */
function atHouseNumber(): Talk {
  const talk = aCitizen()
  talk.type('C’è una buca profonda')
  talk.send({ type: 'choice', choice: talk.session().open?.choices[0]?.id ?? '' })
  talk.type('via Roma')
  return talk
}

it.each(['1', '2', '3', '12'])('%s is a house number where one is asked for', (number) => {
  const talk = atHouseNumber()
  talk.type(number)
  expect(draftOf(talk)?.place).toMatchObject({ line: `Via Roma ${number}` })
})

it.each(['non lo so', 'Non lo so!'])('the number may be left out by %j', (words) => {
  const talk = atHouseNumber()
  talk.type(words)
  expect([draftOf(talk)?.place, draftOf(talk)?.detail]).toEqual([
    expect.objectContaining({ line: 'Via Roma' }),
    undefined,
  ])
})

it('going back from the house number keeps the street', () => {
  const talk = atHouseNumber()
  talk.type('indietro')
  expect(draftOf(talk)).toMatchObject({ place: { line: 'Via Roma' }, detail: { ask: 'part', part: 'place' } })
})

it('back goes further back each time, and from what is changed on the card to the card', () => {
  const talk = atHouseNumber()
  talk.type('12')
  const asked = () => draftOf(talk)?.detail
  talk.type('indietro')
  expect(asked()).toMatchObject({ ask: 'part', part: 'place' })
  talk.type('indietro')
  expect(asked()).toMatchObject({ ask: 'group' })
  expect(talk.type('indietro').keys).toContain('report.nothing_before')
  expect(draftOf(talk)).toMatchObject({ place: { line: 'Via Roma 12' } })
})

describe('a caption', () => {
  const captioned = (caption: string) => ({ ...photo, caption })

  it('with an address names the place and the problem', () => {
    const talk = aCitizen()
    const { keys } = talk.send(captioned('Lampione spento in viale Regina Elena 5'))
    expect(keys).toContain('place.taken')
    expect(draftOf(talk)).toMatchObject({
      place: { line: 'Viale Regina Elena 5' },
      said: [{ text: 'Lampione spento in viale Regina Elena 5' }],
    })
    expect(talk.press('c-street_light').keys).not.toContain('report.ask_place')
  })

  it('that is an address is no description, and answers the question for the place', () => {
    const talk = aCitizen()
    talk.type('C’è una buca profonda')
    talk.press('c-pothole')
    talk.send(captioned('via Roma 12'))
    expect(draftOf(talk)).toMatchObject({
      place: { line: 'Via Roma 12' },
      said: [{ text: 'C’è una buca profonda' }],
    })
  })

  it('in the midst of an album is answered all the same', () => {
    const talk = aCitizen()
    talk.send({ ...photo, album: 'a' })
    expect(talk.send({ ...captioned('buca in via Roma 12'), album: 'a' }).keys).toContain('place.taken')
  })

  it('changes no place that is known', () => {
    const talk = atHouseNumber()
    talk.type('12')
    talk.send(captioned('come in viale Regina Elena 5'))
    expect(draftOf(talk)?.place).toMatchObject({ line: 'Via Roma 12' })
  })

  it('that is corrected corrects the place', () => {
    const talk = aCitizen()
    talk.send(captioned('buca in via Roma 12'), { message: 'm7' })
    talk.send({ type: 'edited', message: 'm7' as never, text: 'buca in via Roma 14' })
    expect(draftOf(talk)?.place).toMatchObject({ line: 'Via Roma 14' })
  })
})

describe('files of a draft', () => {
  const dropped = ({ effects }: ReturnType<Talk['type']>) =>
    effects.flatMap(({ type, input }) =>
      type === 'drop_files' ? [(input as { files: string[] }).files] : [],
    )
  const withPhoto = () => {
    const talk = aCitizen()
    talk.type('C’è una buca profonda')
    talk.send(photo)
    const files = draftOf(talk)?.photos as string[]
    return { talk, files }
  }

  it('are not kept when it is thrown away or forgotten', () => {
    const thrown = withPhoto()
    expect(dropped(thrown.talk.type('annulla'))).toEqual([])
    expect(dropped(thrown.talk.press('throw_away'))).toEqual([thrown.files])
    const forgotten = withPhoto()
    expect(dropped(forgotten.talk.hear({ type: 'nudge', kind: 'draft_end', payload: null }))).toEqual([
      forgotten.files,
    ])
  })

  it('are the report’s when it is sent', () => {
    const { talk } = withPhoto()
    talk.press('c-pothole')
    talk.type('via Roma 12')
    const sent = talk.press('send')
    expect(sent.effects.map(({ type }) => type)).toContain('submit')
    expect(dropped(sent)).toEqual([])
  })
})

it('the draft’s days are counted anew by what is said later, not by each word of a moment', () => {
  const talk = aCitizen()
  const watches = (words: string) =>
    talk.type(words).effects.flatMap(({ type }) => (type.endsWith('watch_draft') ? [type] : []))
  expect(watches('C’è una buca profonda')).toEqual(['watch_draft'])
  expect(watches('davanti al portone')).toEqual([])
  world = { ...world, now: new Date(world.now.getTime() + 11 * 60_000) }
  expect(watches('è larga un metro')).toEqual(['rewatch_draft'])
  expect(watches('e si allarga')).toEqual([])
})

describe('what goes on behind the scenes leaves the question open', () => {
  const news = { type: 'nudge', kind: 'media', payload: { attachment: 'telegram/x', ok: true } } as const

  it.each(['menu', 'operatore', 'lingua'])('at %s', (word) => {
    const talk = aCitizen()
    talk.type(word)
    const { open } = talk.session()
    expect(talk.hear(news).said).toEqual([])
    expect(talk.send({ type: 'edited', message: 'm99' as never, text: 'x' }).said).toEqual([])
    expect(talk.session().open).toEqual(open)
  })
})

describe('an answer to something else', () => {
  it('is not the answer of the desk: a reply to a report while a call is offered', () => {
    const talk = aCitizen()
    talk.type('operatore')
    const { keys } = talk.type('è ancora lì', about(7))
    expect(keys).toEqual(['mine.added'])
    expect(dialogs(talk)).toEqual(['operator'])
  })

  it('names its own report: a reply to one while another is added to', () => {
    const talk = aCitizen(6)
    talk.type('le mie segnalazioni')
    talk.press('r7')
    expect(dialogs(talk)).toEqual(['my_reports'])
    talk.press('add')
    const { said } = talk.type('è ancora lì', about(351))
    expect(said.flatMap(({ body }) => body)).toEqual([{ key: 'mine.added', params: { number: 351 } }])
  })
})

it('asked for again, a list or the desk does not pile up', () => {
  const talk = aCitizen(3)
  for (const word of ['le mie segnalazioni', 'mie', 'my reports']) talk.type(word)
  expect(dialogs(talk)).toEqual(['my_reports'])
  for (const word of ['operatore', 'persona', 'lingua', 'lingua']) talk.type(word)
  expect(dialogs(talk)).toEqual(['language'])
})

it('a pin while one looks at one’s reports belongs to the draft below', () => {
  const talk = aCitizen(3)
  talk.type('C’è una buca profonda')
  talk.type('le mie segnalazioni')
  talk.send({ type: 'location', lat: 44.5496, lon: 7.7206 })
  expect([dialogs(talk), draftOf(talk)?.place]).toEqual([
    ['report'],
    expect.objectContaining({ point: expect.anything() }),
  ])
})

describe('a new version of the notice', () => {
  const renewed = () => {
    world = { ...world, town: { ...world.town, notice: { ...world.town.notice, version: 'new' } } }
  }

  it('is shown once, and what was said goes its way', () => {
    const talk = aCitizen()
    talk.type('C’è una buca profonda')
    renewed()
    const { keys, effects } = talk.type('davanti al portone')
    expect(keys.slice(0, 1)).toEqual(['welcome.notice_changed'])
    expect(effects.map(({ type }) => type)).toEqual(['record_notice'])
    expect(draftOf(talk)?.said).toMatchObject([
      { text: 'C’è una buca profonda' },
      { text: 'davanti al portone' },
    ])
    expect(talk.type('e basta così').keys).not.toContain('welcome.notice_changed')
  })

  it('does not make a new report of an addition', () => {
    const talk = aCitizen()
    renewed()
    const { effects } = talk.type('è ancora lì', about(7))
    expect(effects.map(({ type }) => type)).toEqual(['record_notice', 'add_to_report'])
    expect(dialogs(talk)).toEqual([])
  })
})

describe('more about a report that is closed', () => {
  const closedAs = (why: 'resolved' | 'not_found' | 'closed') => {
    const talk = aTalk({
      dialogs: citizenDialogs,
      world: () => world,
      answer: ({ type, input }) =>
        type === 'add_to_report'
          ? {
              ok: false,
              ...(why === 'closed' ? { why } : { why: 'reopenable', outcome: why }),
              ...(input as object),
            }
          : type === 'reopen'
            ? { ok: true, report: 7 }
            : null,
    })
    talk.type('aiuto')
    return talk
  }
  const sent = (effects: readonly { type: string; input: unknown }[]) =>
    effects.filter(({ type }) => type === 'reopen').map(({ input }) => input)

  it.each(['sì', 'Sì, c’è ancora', '1'])('%s: it is reopened with these words', (yes) => {
    const talk = closedAs('resolved')
    expect(talk.type('la buca è ancora lì', about(7)).keys).toEqual(['feedback.ask_still'])
    const { effects, keys } = talk.type(yes)
    expect(sent(effects)).toEqual([{ report: 7, text: 'la buca è ancora lì', attachments: [] }])
    expect([keys, dialogs(talk)]).toEqual([['feedback.reopened'], []])
  })

  it('a photo comes along', () => {
    const talk = closedAs('resolved')
    talk.send(photo, { repliedTo: about(7) })
    expect(sent(talk.press('not_fixed').effects)).toEqual([{ report: 7, attachments: [expect.any(String)] }])
  })

  it('what was sent one after the other comes along, all of it', () => {
    const talk = closedAs('resolved')
    talk.send(photo, { repliedTo: about(7) })
    talk.type('la buca è ancora lì', about(7))
    talk.send(photo, { repliedTo: about(7) })
    expect(sent(talk.press('not_fixed').effects)).toEqual([
      { report: 7, text: 'la buca è ancora lì', attachments: [expect.any(String), expect.any(String)] },
    ])
  })

  it.each(['fixed', 'mah'])('a photo goes when it is not reopened: %s', (answer) => {
    const talk = closedAs('resolved')
    talk.send(photo, { repliedTo: about(7) })
    const { effects } = answer === 'mah' ? talk.type(answer) : talk.press(answer)
    expect(effects).toContainEqual({ type: 'drop_files', input: { files: [expect.any(String)] } })
  })

  it('no: then it is fine', () => {
    const talk = closedAs('resolved')
    talk.type('la buca è ancora lì', about(7))
    expect([talk.type('no').keys, dialogs(talk)]).toEqual([['feedback.thanks'], []])
  })

  it('thanks are taken as such', () => {
    const talk = closedAs('resolved')
    expect([talk.type('Grazie mille!', about(7)).keys, dialogs(talk)]).toEqual([['citizen.welcome'], []])
  })

  it('takes the place of the question whether it is fixed, but for another report', () => {
    const talk = closedAs('resolved')
    talk.hear({ type: 'ask', dialog: 'feedback', state: { report: 7 } })
    talk.type('la buca è ancora lì', about(7))
    expect(dialogs(talk)).toEqual(['feedback'])
    talk.type('anche questa', about(8))
    expect(dialogs(talk)).toEqual(['feedback', 'feedback'])
  })

  it('that ended otherwise: the words come along just so, and nobody says that it was fixed', () => {
    const talk = closedAs('not_found')
    expect(talk.type('la buca è ancora lì', about(7)).keys).toEqual(['feedback.ask_closed'])
    const no = talk.copy()
    expect([no.type('no').keys, dialogs(no)]).toEqual([['feedback.stays_so'], []])
    expect(sent(talk.type('sì').effects)).toEqual([
      { report: 7, text: 'la buca è ancora lì', attachments: [] },
    ])
  })

  it('that cannot be reopened is told so; who says thanks is thanked', () => {
    const talk = closedAs('closed')
    expect(talk.type('la buca è ancora lì', about(7)).keys).toEqual(['mine.is_closed'])
    expect(talk.type('Grazie!', about(7)).keys).toEqual(['citizen.welcome'])
  })

  it('“I do not know” leaves the question open, with what was sent', () => {
    const talk = closedAs('resolved')
    talk.type('la buca è ancora lì', about(7))
    expect(talk.type('boh').keys).toEqual(['feedback.not_known_yet'])
    expect(sent(talk.press('not_fixed').effects)).toMatchObject([{ text: 'la buca è ancora lì' }])
  })

  it('danger is named where the words reopen it', () => {
    const talk = closedAs('resolved')
    talk.hear({ type: 'ask', dialog: 'feedback', state: { report: 7 } })
    expect(talk.type('non è risolto, c’è odore di gas').keys).toEqual([
      'danger.call_112',
      'feedback.reopened',
    ])
  })
})

describe('danger', () => {
  it.each(['incendio', 'Esplosione!'])('is named at a single word: %s', (words) => {
    expect(aCitizen().type(words).keys).toContain('danger.call_112')
  })

  it('is named when it comes with a correction', () => {
    const talk = aCitizen()
    talk.send({ type: 'text', text: 'C’è una buca profonda' }, { message: 'first' })
    const { keys } = talk.send({ type: 'edited', message: 'first' as never, text: 'C’è odore di gas' })
    expect(keys.slice(0, 1)).toEqual(['danger.call_112'])
    expect(draftOf(talk)?.urgent).toBe(true)
  })
})

describe('more photos than five', () => {
  it('one by one are answered each time', () => {
    const talk = aCitizen()
    for (let sent = 0; sent < 5; sent++) talk.send(photo)
    for (const _ of [6, 7]) expect(talk.send(photo).keys).toContain('report.photos_enough')
    expect(draftOf(talk)?.photos).toHaveLength(5)
  })

  it('of an album are answered once', () => {
    const talk = aCitizen()
    const spoken = Array.from({ length: 8 }, () => talk.send({ ...photo, album: 'a' }).keys)
    expect(spoken.filter((keys) => keys.includes('report.photos_enough'))).toHaveLength(1)
    expect(spoken.at(-1)).toEqual([])
  })
})

describe('where a phone number is asked for', () => {
  const atPhone = () => {
    const talk = aCitizen(4)
    talk.type('operatore')
    talk.press('call_me')
    expect(dialogs(talk)).toEqual(['phone'])
    return talk
  }

  it.each(['333 1234567', 'il mio numero è 333 1234567', '+39 0172 699611', '0172/699611'])(
    '%s is one',
    (words) => {
      const { effects } = atPhone().type(words)
      expect(effects.map(({ type }) => type)).toContain('save_phone')
    },
  )

  it.each(['12', '333', '333 12', 'my number is 333 999 88', 'chiama 333-99988'])(
    '%s is asked for again',
    (words) => {
      const talk = atPhone()
      expect([talk.type(words).keys[0], dialogs(talk)]).toEqual(['phone.invalid', ['phone']])
    },
  )

  it('who looks for it is waited for', () => {
    const talk = atPhone()
    expect([talk.type('aspetta che la cerco').keys[0], dialogs(talk)]).toEqual(['phone.no_hurry', ['phone']])
  })

  it.each([
    'C’è una buca in via Roma 12',
    'un lampione spento',
    'lampione spento dal 12/03/2026',
    'via Roma 12, 12045 Fossano, una buca',
    'Lampione spento in via Marene 20 12045 Fossano',
    'Buca dal 12-11-2026',
  ])('%s begins something else, and is not lost', (words) => {
    const talk = atPhone()
    talk.type(words)
    expect(JSON.stringify(talk.session().frames)).toContain(words)
  })
})

it.each(['constructor', '__proto__', 'coda'])('/%s is no command here, and is told so', (name) => {
  expect(aCitizen().send({ type: 'command', name, rest: '' }).keys).toEqual(['citizen.unknown_command'])
})

describe('an edited message', () => {
  const edit = (talk: Talk, message: string, text: string) =>
    talk.send({ type: 'edited', message: message as never, text })
  const atPhotos = (...words: string[]) => {
    const talk = aCitizen()
    talk.type('C’è una buca profonda')
    talk.press('c-pothole')
    words.forEach((one, index) => {
      talk.send({ type: 'text', text: one }, { message: `place${index}` })
    })
    return talk
  }

  it('corrects the address', () => {
    const talk = atPhotos('via Roma 12')
    edit(talk, 'place0', 'via Alba 3')
    expect(draftOf(talk)?.place).toMatchObject({ line: 'Via Alba 3' })
  })

  it('corrects the house number, and finds the draft below what is only looked at', () => {
    const talk = atPhotos('via Roma', '12')
    talk.type('operatore')
    edit(talk, 'place1', '14')
    expect(draftOf(talk)?.place).toMatchObject({ line: 'Via Roma 14', houseNumber: '14' })
    expect(dialogs(talk)).toEqual(['report', 'operator'])
  })

  it('corrects what was not found', () => {
    const talk = atPhotos('zzzz')
    edit(talk, 'place0', 'via Roma 12')
    expect(draftOf(talk)?.place).toMatchObject({ line: 'Via Roma 12' })
  })

  it('that is part of nothing is answered', () => {
    const talk = atPhotos('via Roma 12')
    expect(edit(talk, 'elsewhere', 'x').keys).toEqual(['report.edit_missed', 'report.ask_photos'])
  })
})

describe('“is it fixed?”', () => {
  const ask = (talk: Talk) => talk.hear({ type: 'ask', dialog: 'feedback', state: { report: 7 } })
  const asked = () => {
    const talk = aCitizen()
    ask(talk)
    return talk
  }

  it.each(['menu', 'operatore', 'lingua', 'mie'])('is asked at once where one only looks: %s', (word) => {
    const talk = aCitizen(3)
    talk.type(word)
    expect(ask(talk).keys).toEqual(['feedback.ask'])
    expect(dialogs(talk)).toEqual(['feedback'])
  })

  it('waits while something is under way', () => {
    const talk = aCitizen()
    talk.type('C’è una buca profonda')
    talk.type('operatore')
    expect(ask(talk).keys).toEqual([])
    expect(dialogs(talk)).toEqual(['report', 'operator'])
  })

  it.each(['grazie', 'no grazie'])('stays open after %s', (words) => {
    const talk = asked()
    expect(talk.type(words).keys).toEqual(['feedback.still_open'])
    expect(talk.press('not_fixed').effects).toMatchObject([{ type: 'reopen' }])
  })

  it.each(['no, non è risolto', 'la buca c’è ancora', 'non l’hanno sistemata', 'it is still there'])(
    '%s: it is not, and the words go along',
    (words) => {
      const { effects, keys } = asked().type(words)
      expect(effects).toMatchObject([{ type: 'reopen', input: { report: 7, text: words } }])
      expect(keys).toEqual(['feedback.reopened'])
    },
  )
})

it('a closed report can be reopened from the list', () => {
  const talk = aCitizen(9)
  talk.type('mie')
  const { open } = talk.session()
  expect(open?.choices.map(({ id }) => id.replace(/^\d+\./, ''))).toContain('reopen')
  expect(talk.press('reopen').keys).toEqual(['feedback.reopened'])
})

it.each([
  ['one’s own', true, 'phone.saved', ['save_phone']],
  ['another’s', false, 'phone.not_own', []],
])('a contact that nobody asked for: %s', (_, own, key, effects) => {
  const heard = aCitizen().send({ type: 'contact', phone: '+393331234567', own })
  expect([heard.keys, heard.effects.map(({ type }) => type)]).toEqual([[key], effects])
})

it('“ciao” leaves what was only looked at', () => {
  const talk = aCitizen(3)
  talk.type('mie')
  talk.type('ciao')
  expect(dialogs(talk)).toEqual(['menu'])
})

it('a picture that only its maker opens is asked for as a photo', () => {
  const heic = { type: 'media', kind: 'document', ref: { id: 'f', mime: 'image/heic' } } as const
  expect(aCitizen().send(heic).keys).toEqual(['unsupported.photo_as_file'])
})

it('who joins a report brings along what was said', () => {
  const talk = aCitizen(3)
  talk.type('C’è una buca profonda, odore di gas')
  talk.press('c-pothole')
  talk.type('via Roma 12')
  talk.press('no_photos')
  const { effects, keys } = talk.press('same_7')
  expect(effects[0]).toMatchObject({
    type: 'follow',
    input: { report: 7, text: 'C’è una buca profonda, odore di gas', attachments: [], urgent: true },
  })
  expect(keys).toContain('nearby.passed')
})

describe('a word that works at any step', () => {
  /** Each offers something that sounds like one of the words. */
  const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
    'the groups': ['segnala'],
    'town services': ['segnala', '>town_services'],
    'safety and decay': ['segnala', '>safety_decay'],
    'the check card': [
      'Buca profonda',
      '>c-pothole',
      'davanti alla stazione',
      'davanti alla stazione',
      '>no_photos',
    ],
  }
  const WORDS: readonly (readonly [string, string])[] = [
    ['segnala', 'citizen.we_were_here'],
    ['Segnalazione', 'citizen.we_were_here'],
    ['segnalare un problema', 'citizen.we_were_here'],
    ['report', 'citizen.we_were_here'],
    ['menu', 'citizen.we_were_here'],
    ['segnalazioni', 'mine.one'],
    ['aiuto', 'help.what'],
    ['persona', 'operator.desk'],
    ['sportello', 'operator.desk'],
    ['lingua', 'language.ask'],
    ['privacy', 'privacy.notice'],
    ['collega', 'link.ask'],
  ]
  const cases = Object.keys(QUESTIONS).flatMap((question) =>
    WORDS.map(([word, key]) => [question, word, key]),
  )

  it.each(cases)('beside %s: %j is heard as “%s”, and nothing is chosen', (question, word, key) => {
    const talk = upTo(QUESTIONS[question] ?? [])
    const before = draftOf(talk)
    expect(talk.type(word).keys).toContain(key)
    expect(draftOf(talk)).toEqual(before)
  })

  it('chooses what is called exactly so, and what only comes near to the word chooses as ever', () => {
    expect(draftOf(upTo(['segnala', 'segnale']))?.detail).toEqual({ ask: 'category', group: 'roads_signs' })
  })

  it.each([
    ['English', 'en'],
    ['inglese', 'en'],
    ['Italian', 'it'],
    ['italiano!', 'it'],
  ])('names the language where one is asked for: %s', (word, locale) => {
    const talk = upTo(['lingua', word])
    expect([talk.session().locale, dialogs(talk)]).toEqual([locale, []])
    expect(dialogs(upTo(['lingua', 'cambia lingua']))).toEqual(['language'])
  })

  it('begins a report with what was said before the menu', () => {
    const talk = upTo(['boh strano', 'segnala'])
    expect([dialogs(talk), draftOf(talk)?.said]).toEqual([['report'], [{ text: 'boh strano' }]])
  })

  it('is no yes to the question that it led to', () => {
    const talk = upTo(['scollega'])
    expect(talk.type('scollega').keys).toContain('link.yes_or_no')
    expect(talk.type('Sì, scollega').effects.map(({ type }) => type)).toEqual(['unlink'])
  })

  it('ends what was added with a thank you', () => {
    const talk = upTo(['le mie segnalazioni', '>add', 'È anche buio'])
    expect(talk.type('basta').keys).toEqual(['mine.thanks'])
  })
})

function upTo(steps: readonly string[]): Talk {
  const talk = aCitizen()
  for (const step of steps) step.startsWith('>') ? talk.press(step.slice(1)) : talk.type(step)
  return talk
}

it('what cannot be reopened any more may be reported anew, with all that is known of it, danger too', () => {
  const earlier = { category: 'pothole', place: { line: 'Via Roma 12' }, photos: ['t/1'], voices: ['t/2'] }
  const late = { ok: false, why: 'too-late', text: 'C’è ancora, e puzza di gas', ...earlier }
  const talk = aTalk({
    dialogs: citizenDialogs,
    world: () => world,
    answer: (effect) => (effect.type === 'reopen' ? late : citizenAnswer(effect, 1)),
  })
  talk.type('ciao')
  talk.type('annulla')
  talk.hear({ type: 'ask', dialog: 'feedback', state: { report: 12 } })
  expect(talk.type('No, c’è ancora, e puzza di gas').keys).toContain('feedback.ask_anew')
  expect(talk.press('anew').keys).toEqual(expect.arrayContaining(['danger.call_112', 'feedback.begun_anew']))
  expect(draftOf(talk)).toMatchObject({
    ...earlier,
    said: [{ text: late.text }],
    followUpOf: 12,
    urgent: true,
  })
  talk.press('photos_done')
  const sent = talk.press('send').effects.find(({ type }) => type === 'submit')
  expect(sent?.input).toMatchObject({ followUpOf: 12, urgent: true, attachments: ['t/1', 't/2'] })
})

it('a report that is under way is finished before another is begun anew', () => {
  const talk = aTalk({
    dialogs: citizenDialogs,
    world: () => world,
    answer: ({ type }) =>
      type === 'add_to_report'
        ? { ok: false, why: 'reopenable', report: 12, attachments: [] }
        : { ok: false, why: 'too-late', category: 'pothole', place: { line: 'x' }, photos: [], voices: [] },
  })
  talk.type('C’è una buca profonda')
  talk.type('È ancora lì', about(12))
  talk.press('not_fixed')
  expect(talk.copy().press('anew').keys).toEqual(['feedback.one_at_a_time', 'report.ask_likely'])
  // What is said belongs to the report under way.
  expect(talk.type('Ed è profonda').keys).not.toContain('feedback.begun_anew')
  expect(draftOf(talk)?.said).toHaveLength(2)
  expect(talk.type('annulla').keys).toContain('report.ask_leaving')
  expect(talk.press('throw_away').keys).toContain('feedback.ask_anew')
  expect(talk.press('anew').keys).toContain('feedback.begun_anew')
  expect(draftOf(talk)).toMatchObject({ followUpOf: 12 })
})

describe('asked whether an old problem is to be reported anew', () => {
  const earlier = { category: 'pothole', place: { line: 'Via Roma 12' }, photos: ['t/1'], voices: [] }
  const asked = (danger = false): Talk => {
    const { town } = world
    const groups = town.groups.map((group) => ({
      ...group,
      categories: group.categories.map((one) => ({ ...one, danger: danger && one.code === 'pothole' })),
    }))
    const talk = aTalk({
      dialogs: citizenDialogs,
      world: () => ({ ...world, town: { ...town, groups } }),
      answer: (effect) =>
        effect.type === 'reopen' ? { ok: false, why: 'too-late', ...earlier } : citizenAnswer(effect, 1),
    })
    talk.type('ciao')
    talk.type('annulla')
    talk.hear({ type: 'ask', dialog: 'feedback', state: { report: 12 } })
    expect(talk.press('not_fixed').keys).toEqual(['feedback.ask_anew'])
    return talk
  }

  it('who says more of it means yes: nothing that was sent is lost', () => {
    const talk = asked()
    expect(talk.type('La buca è ancora più grande').keys).toContain('feedback.begun_anew')
    expect(draftOf(talk)).toMatchObject({
      ...earlier,
      said: [{ text: 'La buca è ancora più grande' }],
      followUpOf: 12,
    })
  })

  it('names a dangerous kind of problem as such', () => {
    const { keys } = asked(true).press('anew')
    expect(keys.slice(0, 2)).toEqual(['danger.call_112', 'feedback.begun_anew'])
  })

  it.each(['not_anew', 'boh'])('what was sent about it goes when it is not: %s', (answer) => {
    const talk = asked()
    const { effects } = answer === 'boh' ? talk.type(answer) : talk.press(answer)
    expect(effects).toContainEqual({ type: 'drop_files', input: { files: ['t/1'] } })
  })
})
