import { ROLES } from '../../../src/domain/staff.js'
import { STAFF_COMMANDS } from '../../../src/domain/staff-command.js'
import { aCard } from '../../support/cards.js'
import { aColleague, aDesk, aStranger } from '../../support/desk.js'

const DESK = [
  'coda',
  'apri',
  'prendi',
  'inizia',
  'rispondi',
  'nota',
  'sposta',
  'chiudi',
  'riapri',
  'contatti',
  'storia',
]
const ALLOWED: Record<(typeof ROLES)[number], readonly string[]> = {
  operator: [...DESK, 'lingua', 'aiuto'],
  supervisor: [
    ...DESK,
    'riepilogo',
    'chiamate',
    'telefono',
    'detto',
    'nonrisponde',
    'sbagliato',
    'sollecita',
    'accogli',
    'respingi',
    'invita',
    'lingua',
    'aiuto',
  ],
  observer: ['lingua', 'aiuto'],
}

describe('help', () => {
  it.each(ROLES)('lists what an %s may do, and nothing else', async (role) => {
    const desk = await aDesk(aColleague({ role }))
    const { words } = desk.command('aiuto')
    expect([...words.matchAll(/^\/(\w+)/gm)].map(([, name]) => name)).toEqual(ALLOWED[role])
  })

  it.each(ROLES)('refuses an %s every other command, in both languages', async (role) => {
    const desk = await aDesk(aColleague({ role }))
    for (const { it: italian, en } of Object.values(STAFF_COMMANDS)) {
      if ([...ALLOWED[role], 'start', 'annulla'].includes(italian)) continue
      for (const name of [italian, en]) {
        const turn = desk.command(name, '351')
        expect([name, turn.effects, turn.words]).toEqual([
          name,
          [],
          expect.stringContaining('non rientra nel tuo ruolo'),
        ])
      }
    }
  })

  it('speaks English to who speaks English', async () => {
    const desk = await aDesk(aColleague({ locale: 'en' }), 'en')
    expect(desk.command('help').words).toContain('/queue – ')
  })
})

describe('a stranger', () => {
  it.each([
    ['a word', { type: 'text', text: '351' }],
    ['a command', { type: 'command', name: 'coda', rest: '' }],
    ['a start without invitation', { type: 'command', name: 'start', rest: ' ' }],
    ['a forged button', { type: 'choice', choice: 'contacts:351' }],
    ['a photo', { type: 'media', kind: 'photo', ref: { id: 'x' } }],
  ] as const)('with %s learns only where citizens write', async (_, content) => {
    const phone = await aStranger()
    const { words, effects, buttons } = phone.send(content)
    expect(words).toContain('Questa è la linea interna')
    expect([effects, buttons]).toEqual([[], []])
  })

  it.each(['unknown', 'used', 'expired'] as const)(
    'with an %s invitation hears the same kind words',
    async (why) => {
      const phone = await aStranger()
      const { effects } = phone.command('start', 'abc')
      expect(effects).toMatchObject([{ type: 'join_staff', input: { token: 'abc' } }])
      expect(phone.answer('join_staff', { ok: false, why }).words).toBe(
        'Questo invito non è più valido. Chiedine uno nuovo a chi ti ha invitato.',
      )
    },
  )

  it('with a good one is welcomed and learns what to do', async () => {
    const phone = await aStranger()
    phone.command('start', 'abc')
    const { words } = phone.answer('join_staff', { ok: true, staff: aColleague() })
    expect(words).toContain('Ciao Anna, benvenuto')
    expect(words).toContain('Ufficio: Manutenzione.')
    expect(words).toContain('/coda')
    expect(words).not.toContain('/invita')
    expect(words).not.toContain('sportello')
  })

  it('with one for the front desk learns that too', async () => {
    const phone = await aStranger()
    phone.command('start', 'abc')
    const { words } = phone.answer('join_staff', { ok: true, staff: aColleague({ frontDesk: true }) })
    expect(words).toContain('Lavori anche allo sportello.')
  })
})

describe('a command about one report', () => {
  it('asks for the number that it lacks', async () => {
    const desk = await aDesk()
    expect(desk.command('prendi').words).toBe('Quale segnalazione? Scrivi il numero.')
    expect(desk.type('boh').words).toContain('Mi serve il numero')
    expect(desk.type('la 351')).toMatchObject({ effects: [] })
    const { effects } = desk.type('351')
    expect(effects).toMatchObject([{ type: 'change_report', input: { report: 351, action: 'claim' } }])
    expect(desk.session().frames).toEqual([])
  })

  it('goes on with the number as with the command', async () => {
    const desk = await aDesk()
    desk.command('nota')
    expect(desk.type('351').effects).toMatchObject([{ type: 'open_report' }])
    expect(desk.answer('open_report', { ok: true, card: aCard() }).words).toContain(
      'Scrivi la nota interna per la 351',
    )
  })

  it.each(['unknown', 'not-yours'] as const)('that is %s says so', async (why) => {
    const desk = await aDesk()
    desk.command('apri', '999')
    const { words } = desk.answer('open_report', { ok: false, why })
    expect(words).toMatch(why === 'unknown' ? /999 non esiste/ : /999 è di un altro ufficio/)
  })

  it.each(['351', '#351', 'n. 351', 'nr 351'])('understands %s', async (typed) => {
    const desk = await aDesk()
    expect(desk.command('apri', typed).effects).toMatchObject([{ input: { report: 351 } }])
  })
})

describe('what nobody asked for', () => {
  it('always leaves a way on', async () => {
    const desk = await aDesk()
    expect(desk.type('buongiorno').words).toContain('/aiuto')
    expect(desk.command('boh').words).toContain('/aiuto')
    expect(desk.press('boh:1').words).toContain('/aiuto')
    expect(desk.type('annulla').words).toContain('/aiuto')
    expect(desk.send({ type: 'unsupported', what: 'sticker' }).words).toContain('/aiuto')
  })

  it('a bare number opens the report', async () => {
    const desk = await aDesk()
    expect(desk.type('351').effects).toMatchObject([{ type: 'open_report', input: { report: 351 } }])
  })

  it('words in reply to an announcement are not taken for a message to the citizen', async () => {
    const desk = await aDesk()
    const { words, effects } = desk.type('ci penso io', 351)
    expect(words).toContain('/rispondi 351')
    expect(effects).toEqual([])
  })
})

describe('language', () => {
  it('is chosen, kept and spoken at once', async () => {
    const desk = await aDesk()
    desk.command('lingua')
    const { effects } = desk.press('en')
    expect(effects).toMatchObject([{ type: 'set_locale', input: { locale: 'en' } }])
    expect(desk.answer('set_locale', { ok: true }).words).toBe('From now on we write in English.')
    expect(desk.session()).toMatchObject({ locale: 'en', frames: [] })
  })

  it('is named in the command', async () => {
    const desk = await aDesk()
    expect(desk.command('language', 'english').effects).toMatchObject([{ input: { locale: 'en' } }])
  })
})
