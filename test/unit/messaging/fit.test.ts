import { cloudCapabilities } from '../../../src/channels/whatsapp/cloud/capabilities.js'
import type { ExternalId, MediaKey } from '../../../src/kernel/ids.js'
import { type Text, verbatim } from '../../../src/kernel/text.js'
import type { Capabilities } from '../../../src/messaging/channel.js'
import { matchChoice } from '../../../src/messaging/choices.js'
import { fit as fitMessage } from '../../../src/messaging/fit.js'
import type { Choice, OutboundMessage } from '../../../src/messaging/outbound.js'

const withButtons: Capabilities = {
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
const plain: Capabilities = {
  ...withButtons,
  maxButtons: 0,
  locationRequest: false,
  phoneRequest: false,
  edits: false,
}

/** Shows keys as they are. */
const translate = (text: Text): string =>
  'verbatim' in text ? text.verbatim : 'key' in text ? `<${text.key}>` : '?'

const choice = (id: string, more: Partial<Choice> = {}): Choice => ({ id, label: verbatim(id), ...more })
const buche = choice('Buche')
const verde = choice('Verde')
const message = (more: Partial<OutboundMessage> = {}): OutboundMessage => ({
  body: [verbatim('Che cosa?')],
  ...more,
})
const fitted = (more: Partial<OutboundMessage>, caps: Partial<Capabilities> = {}, target?: ExternalId) =>
  fitMessage(message(more), { ...withButtons, ...caps }, translate, target)

const pin = { lat: 44.55, lon: 7.72 }
const keys = (...names: string[]) => names as MediaKey[]
const target = '77' as ExternalId

describe('order', () => {
  it('sends pictures, pin, words', () => {
    expect(fitted({ media: keys('a', 'b', 'c'), pin, choices: [buche] }, { maxAlbum: 2 })).toEqual([
      { type: 'photos', media: ['a', 'b'] },
      { type: 'photos', media: ['c'] },
      { type: 'pin', point: pin },
      { type: 'text', text: 'Che cosa?', buttons: [[{ id: 'Buche', label: 'Buche' }]] },
    ])
  })

  it('tells voice messages from pictures by their ending, and sends each by itself, after the pin', () => {
    const media = keys('a.jpg', 'b.ogg', 'c.jpg', 'd.m4a', 'e.mp3')
    expect(fitted({ media, pin })).toEqual([
      { type: 'photos', media: ['a.jpg', 'c.jpg'] },
      { type: 'pin', point: pin },
      { type: 'voice', media: 'b.ogg' },
      { type: 'voice', media: 'd.m4a' },
      { type: 'voice', media: 'e.mp3' },
      { type: 'text', text: 'Che cosa?' },
    ])
  })

  it('puts paragraphs on lines of their own, an empty one is a blank line', () => {
    const body = [verbatim('Uno'), verbatim(''), verbatim('Due')]
    expect(fitted({ body })).toEqual([{ type: 'text', text: 'Uno\n\nDue' }])
  })

  it.each([[[]], [[verbatim('')]], [[verbatim(' \n '), verbatim('')]]])(
    'sends no words where there are none: %j',
    (body) => {
      expect(fitted({ body, pin })).toEqual([{ type: 'pin', point: pin }])
    },
  )
})

describe('choices', () => {
  it('lays buttons out by row', () => {
    const choices = [
      choice('a', { row: 1 }),
      choice('b', { row: 1 }),
      choice('c'),
      choice('d'),
      choice('e', { row: 1 }),
    ]
    expect(fitted({ choices })).toMatchObject([
      { buttons: [[{ id: 'a' }, { id: 'b' }, { id: 'e' }], [{ id: 'c' }], [{ id: 'd' }]] },
    ])
  })

  it('cuts labels between characters', () => {
    const label = verbatim('Parchi 👨‍👩‍👧‍👦 giochi')
    expect(fitted({ choices: [choice('a', { label })] }, { maxLabel: 18 })).toMatchObject([
      { buttons: [[{ label: 'Parchi…' }]] },
    ])
    expect(fitted({ choices: [choice('a', { label })] }, { maxLabel: 19 })).toMatchObject([
      { buttons: [[{ label: 'Parchi 👨‍👩‍👧‍👦…' }]] },
    ])
  })

  it.each([
    ['without buttons', { maxButtons: 0 }],
    ['with too few buttons', { maxButtons: 1 }],
  ])('numbers lines %s', (_, caps) => {
    expect(fitted({ choices: [buche, verde] }, caps)).toEqual([
      { type: 'text', text: 'Che cosa?\n\n1. Buche\n2. Verde' },
    ])
  })

  it('numbers as typed answers are counted', () => {
    const choices = Array.from({ length: 12 }, (_, index) => choice(`scelta-${index}`))
    const [part] = fitMessage(message({ choices }), plain, translate)
    const lines = part?.type === 'text' ? part.text.split('\n').slice(2) : []
    expect(lines).toHaveLength(12)
    for (const [index, line] of lines.entries()) {
      const typed = line.slice(0, line.indexOf(' '))
      const labels = choices.map(({ id }) => ({ id, label: id }))
      expect(matchChoice(typed, labels)).toEqual({ type: 'one', index })
    }
  })

  it('writes commands where there is no question to bind a number to', () => {
    const choices = [
      choice('Prendi in carico', { command: '/claim 12' }),
      choice('Apri', { command: '/open 12' }),
    ]
    expect(fitted({ choices }, { maxButtons: 0 })).toEqual([
      { type: 'text', text: 'Che cosa?\n\nPrendi in carico: /claim 12\nApri: /open 12' },
    ])
  })

  it('writes commands beside what belongs to a question, and counts as typed answers are', () => {
    const choices = [choice('Apri', { command: '/open 12' }), verde]
    expect(fitted({ choices }, { maxButtons: 0 })).toEqual([
      { type: 'text', text: 'Che cosa?\n\nApri: /open 12\n2. Verde' },
    ])
    const labels = choices.map(({ id, command }) => ({ id, label: id, command }))
    expect(matchChoice('1', labels)).toEqual({ type: 'none' })
    expect(matchChoice('2', labels)).toEqual({ type: 'one', index: 1 })
  })

  it('numbers lines where no words would carry the buttons', () => {
    expect(fitted({ body: [], choices: [buche] })).toEqual([{ type: 'text', text: '1. Buche' }])
  })

  it('throws for an id that cannot travel', () => {
    expect(fitted({ choices: [choice('é'.repeat(32))] })).toHaveLength(1)
    expect(() => fitted({ choices: [choice('é'.repeat(32).concat('x'))] })).toThrow('64 bytes')
    expect(() => fitMessage(message({ choices: [choice('x'.repeat(65))] }), plain, translate)).toThrow(
      '64 bytes',
    )
  })
})

describe('an app with few buttons, lists, and a request that stands alone', () => {
  const caps = cloudCapabilities({})
  const back = choice('back', { label: verbatim('🔙 Indietro'), word: verbatim('indietro') })
  const many = (count: number) => Array.from({ length: count }, (_, index) => choice(`scelta ${index}`))
  const shown = (more: Partial<OutboundMessage>) => fitMessage(message(more), caps, translate)

  it('draws three as buttons', () => {
    const [part, ...rest] = shown({ choices: [buche, verde, back] })
    expect(rest).toEqual([])
    expect(part).toEqual({
      type: 'text',
      text: 'Che cosa?',
      buttons: [buche, verde, back].map(({ id, label }) => [{ id, label: translate(label) }]),
    })
  })

  it('lists up to ten, the whole label below where it had to be cut', () => {
    const long = choice('a', { label: verbatim('Edifici pubblici, scuole, barriere, cimiteri') })
    expect(shown({ choices: [long, buche, verde, back] })).toEqual([
      {
        type: 'text',
        text: 'Che cosa?',
        list: {
          label: '<fit.choose>',
          rows: [
            {
              id: 'a',
              label: 'Edifici pubblici, scuol…',
              detail: 'Edifici pubblici, scuole, barriere, cimiteri',
            },
            { id: 'Buche', label: 'Buche' },
            { id: 'Verde', label: 'Verde' },
            { id: 'back', label: '🔙 Indietro' },
          ],
        },
      },
    ])
  })

  it.each([
    ['a label that would be cut', [choice('a', { label: verbatim('✅ Invia la segnalazione') }), verde]],
    ['two that look alike', [choice('a', { label: verbatim('Verde') }), verde]],
  ])('lists two, with %s', (_, choices) => {
    const [part] = shown({ choices })
    expect(part).toMatchObject({ list: { rows: [{ id: 'a' }, { id: 'Verde' }] } })
    expect(part).not.toHaveProperty('buttons')
  })

  it('writes the ways out as words where the list is full, and numbers where it would be too long to be turned', () => {
    expect(shown({ choices: [...many(10), back] })).toMatchObject([
      { text: 'Che cosa?\n\n<fit.words>', list: { rows: many(10).map(({ id }) => ({ id })) } },
    ])
    const [part] = shown({ choices: [...many(11), back] })
    expect(part).toMatchObject({ text: expect.stringContaining('11. scelta 10\n<fit.words>') })
    expect(part).not.toHaveProperty('list')
  })

  it.each([
    [0, 0, 9, 'page:q7:1', '<fit.more>'],
    [1, 9, 18, 'page:q7:2', '<fit.more>'],
    [2, 18, 20, 'page:q7:0', '<fit.first>'],
    // The last page leads to the first, also for who types the words.
    [3, 0, 9, 'page:q7:1', '<fit.more>'],
  ])('shows page %i of what can be asked for again, and a row that turns it', (page, from, to, id, label) => {
    const parts = shown({ choices: [...many(20), back], tag: 'q7', page })
    expect(parts).toEqual([
      {
        type: 'text',
        text: 'Che cosa?\n\n<fit.words>',
        list: {
          label: '<fit.choose>',
          rows: [
            ...many(20)
              .slice(from, to)
              .map((one, index) => ({ id: one.id, label: `${from + index + 1}. ${translate(one.label)}` })),
            { id, label },
          ],
        },
      },
    ])
  })

  it('shows on every page what stands there for who finds nothing', () => {
    const other = choice('altro', { everyPage: true })
    const pages = [0, 1].map((page) => shown({ choices: [...many(11), other, back], tag: 'q7', page })[0])
    expect(pages).toMatchObject([
      { list: { rows: [...many(8), other, { id: 'page:q7:1' }].map(({ id }) => ({ id })) } },
      { list: { rows: [...many(11).slice(8), other, { id: 'page:q7:0' }].map(({ id }) => ({ id })) } },
    ])
    expect(pages.map((part) => part?.type === 'text' && part.list?.rows.at(-2)?.label)).toEqual([
      '12. altro',
      '12. altro',
    ])
  })

  it('turns no pages where all fits, and where all lines may stand in one message: it says that it is all', () => {
    const body = [verbatim('<fit.all_here>'), ...message({}).body]
    const three = { choices: [buche, verde, back], tag: 'q7', page: 1 }
    expect(shown(three)).toEqual(shown({ choices: three.choices, body }))
    const long = { choices: many(20), tag: 'q7', page: 1 }
    expect(fitMessage(message(long), plain, translate)).toEqual(
      fitMessage(message({ choices: many(20), body }), plain, translate),
    )
  })

  const lines = (from: number, to: number) =>
    many(30)
      .slice(from, to)
      .map(({ id }, index) => `${from + index + 1}. ${id}`)
  const other = choice('altro', { everyPage: true })

  it.each([
    ['the first', 0, [...many(30), back], [...lines(0, 11), '<fit.more_line>', '<fit.words>']],
    ['the last', 2, [...many(30), back], [...lines(22, 30), '<fit.first_line>', '<fit.words>']],
    ['what stands on each', 1, [...many(20), other], [...lines(10, 20), '21. altro', '<fit.first_line>']],
    [
      'all that can be taken in at once',
      1,
      [...many(11), other, back],
      [...lines(0, 11), '12. altro', '<fit.words>'],
      '<fit.all_here>\n',
    ],
  ])(
    'writes a page of numbered lines, and how to see the others: %s',
    (_, page, choices, written, says = '') => {
      const parts = fitMessage(message({ choices, tag: 'q7', page }), { ...plain, maxLines: 12 }, translate)
      expect(parts).toEqual([{ type: 'text', text: [`${says}Che cosa?`, '', ...written].join('\n') }])
    },
  )

  it('writes all lines of what cannot be asked for again', () => {
    const choices = many(30)
    const parts = fitMessage(message({ choices }), { ...plain, maxLines: 12 }, translate)
    expect(parts).toEqual([{ type: 'text', text: ['Che cosa?', '', ...lines(0, 30)].join('\n') }])
  })

  it('asks for the place with nothing beside it: the choices are written', () => {
    expect(shown({ ask: 'location', choices: [buche, back] })).toEqual([
      {
        type: 'text',
        text: 'Che cosa?\n\n1. Buche\n<fit.words>',
        ask: { what: 'location', label: '<fit.send_location>', others: [] },
      },
    ])
  })

  it('says what is too long for an interactive message before it', () => {
    const body = [verbatim('parola '.repeat(300).trim())]
    const parts = shown({ body, choices: [buche] })
    expect(parts.length).toBeGreaterThan(1)
    expect(parts.at(-1)).toMatchObject({ buttons: [[{ id: 'Buche' }]] })
    expect(fitMessage(message({ body }), caps, translate)).toHaveLength(1)
  })
})

describe('the app’s own buttons', () => {
  it.each(['location', 'phone'] as const)('asks for the %s, the choices are typed answers', (ask) => {
    expect(fitted({ ask, choices: [buche, verde] })).toEqual([
      {
        type: 'text',
        text: 'Che cosa?',
        ask: { what: ask, label: `<fit.send_${ask}>`, others: ['Buche', 'Verde'] },
      },
    ])
  })

  it('falls back to buttons, then to lines', () => {
    const asked = { ask: 'location', choices: [buche] } as const
    expect(fitted(asked, { locationRequest: false })).toMatchObject([{ buttons: [[{ id: 'Buche' }]] }])
    expect(fitMessage(message(asked), plain, translate)).toEqual([
      { type: 'text', text: 'Che cosa?\n\n1. Buche' },
    ])
  })

  it('writes lines beside it when the choices are too many for the keyboard', () => {
    expect(fitted({ ask: 'location', choices: [buche, verde] }, { maxButtons: 1 })).toEqual([
      {
        type: 'text',
        text: 'Che cosa?\n\n1. Buche\n2. Verde',
        ask: { what: 'location', label: '<fit.send_location>', others: [] },
      },
    ])
  })

  it('takes it away with the first part, and only where there is one', () => {
    const long = { body: [verbatim('Uno due tre quattro cinque sei')], hideAsk: true, choices: [buche] }
    expect(fitted(long, { maxText: 20 })).toEqual([
      { type: 'text', text: 'Uno due tre quattro', hideAsk: true },
      { type: 'text', text: 'cinque sei', buttons: [[{ id: 'Buche', label: 'Buche' }]] },
    ])
    expect(fitMessage(message({ hideAsk: true }), plain, translate)).toEqual([
      { type: 'text', text: 'Che cosa?' },
    ])
  })
})

describe('length', () => {
  const parts = (words: string, maxText: number) =>
    fitted({ body: [verbatim(words)] }, { maxText }).map((part) =>
      part.type === 'text' ? part.text : part.type,
    )

  it.each([
    ['paragraph', 'aaa bb. cc\n\ndd\nee ff gg hh', ['aaa bb. cc', 'dd\nee ff gg hh']],
    ['line', 'aaa bb. ccc\ndd ee ff gg hh', ['aaa bb. ccc', 'dd ee ff gg hh']],
    ['sentence', 'aaa bb ccc. dd ee ff gg hh', ['aaa bb ccc.', 'dd ee ff gg hh']],
    ['space', 'aaa bb cccc dd ee ff gg hh', ['aaa bb cccc dd ee ff', 'gg hh']],
    [
      'space, not far from the start',
      'aa\n\nbbbb ccc ddd eee fff ggg',
      ['aa\n\nbbbb ccc ddd eee', 'fff ggg'],
    ],
    ['character', 'a'.repeat(45), ['a'.repeat(20), 'a'.repeat(20), 'aaaaa']],
    ['exactly at the limit', `${'a'.repeat(20)} b`, ['a'.repeat(20), 'b']],
    ['exactly the limit', 'a'.repeat(20), ['a'.repeat(20)]],
  ])('splits at a %s', (_, words, expected) => {
    expect(parts(words, 20)).toEqual(expected)
  })

  it.each([
    ['family', '👨‍👩‍👧‍👦'],
    ['flag', '🇮🇹'],
    ['skin tone', '👍🏽'],
    ['zalgo', 'Z̸̡̢̛͎̦'],
  ])('does not break a %s at 4,096', (_, emoji) => {
    const words = `x${emoji.repeat(Math.ceil(4096 / emoji.length) + 3)}`
    const [first, second] = parts(words, 4096)
    expect(first?.length).toBeGreaterThan(4096 - emoji.length)
    expect(first).toBe(`x${emoji.repeat(((first?.length ?? 0) - 1) / emoji.length)}`)
    expect(`${first}${second}`).toBe(words)
  })

  it('cuts one character larger than a message between code points', () => {
    const zalgo = `a${'\u0301'.repeat(50)}`
    expect(parts(zalgo, 20).join('')).toBe(zalgo)
    expect(parts(`a${'\u{1E944}'.repeat(50)}`, 20).every((part) => !/\p{Cs}/u.test(part))).toBe(true)
  })
})

describe('replacing', () => {
  const replaces = { tag: 'q1', otherwise: 'send' } as const

  it('edits the message that it replaces', () => {
    expect(fitted({ replaces, choices: [buche] }, {}, target)).toEqual([
      { type: 'edit', target, text: 'Che cosa?', buttons: [[{ id: 'Buche', label: 'Buche' }]] },
    ])
    expect(fitted({ replaces }, {}, target)).toEqual([{ type: 'edit', target, text: 'Che cosa?' }])
  })

  it.each([
    ['unknown', {}, undefined],
    ['not to be changed', { edits: false }, target],
  ])('says it anew, or leaves it, when the other is %s', (_, caps, known) => {
    expect(fitted({ replaces }, caps, known)).toEqual([{ type: 'text', text: 'Che cosa?' }])
    expect(fitted({ replaces: { ...replaces, otherwise: 'drop' } }, caps, known)).toEqual([])
  })

  it('cuts what is too long for one message, but not the choices', () => {
    const body = [verbatim('Una frase troppo lunga per un solo messaggio')]
    expect(fitted({ replaces, body }, { maxText: 20 }, target)).toEqual([
      { type: 'edit', target, text: 'Una frase troppo lu…' },
    ])
    expect(fitted({ replaces, body, choices: [buche] }, { maxText: 20, maxButtons: 0 }, target)).toEqual([
      { type: 'edit', target, text: 'Una frase…\n\n1. Buche' },
    ])
  })
})
