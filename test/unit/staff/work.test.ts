import { OUTCOMES } from '../../../src/domain/report.js'
import type { ReportId } from '../../../src/kernel/ids.js'
import type { PlainCard } from '../../../src/staff/cards.js'
import { aReport } from '../../support/builders.js'
import { aCard, plain } from '../../support/cards.js'
import { aColleague, aDesk, type DeskPhone } from '../../support/desk.js'

const working = aCard({ status: 'acknowledged', version: 4 })

async function begun(press: string, card: PlainCard = working, staff = aColleague()): Promise<DeskPhone> {
  const desk = await aDesk(staff)
  desk.press(`${press}:351`)
  desk.answer('open_report', { ok: true, card })
  return desk
}

describe('closing', () => {
  it('asks outcome and message, shows what will be read, sends, and shows the card', async () => {
    const desk = await aDesk()
    desk.press('close:351')
    const first = desk.answer('open_report', { ok: true, card: working })
    expect(first.buttons).toEqual([...OUTCOMES.map((outcome) => `outcome.${outcome}`), 'cancel'])
    expect(desk.press('outcome.not_feasible').words).toContain('Spiega perché')
    const look = desk.type('Aspettiamo i fondi della Regione.')
    expect(look.words).toContain('Per ora non possiamo farlo.')
    expect(look.words).toContain('Aspettiamo i fondi della Regione.')
    expect(look.words).not.toContain('risolto')
    const { effects } = desk.press('send')
    expect(effects).toMatchObject([
      {
        type: 'change_report',
        input: {
          report: 351,
          action: 'close',
          outcome: 'not_feasible',
          text: 'Aspettiamo i fondi della Regione.',
          seenVersion: 4,
        },
      },
    ])
    const closed = aReport({
      status: 'closed',
      outcome: 'not_feasible',
      closedAt: new Date('2026-11-23T10:00:00Z'),
    })
    desk.answer('change_report', { ok: true, report: plain(closed) })
    const card = desk.answer('open_report', { ok: true, card: aCard({ ...closed, version: 5 }) })
    expect(card.words).toContain('chiusa (per ora non si può)')
    expect(card.buttons).toEqual(['reply:351', 'note:351', 'contacts:351', 'history:351'])
  })

  it.each([
    ['the standing button', (desk: DeskPhone) => desk.press('undo:351:5'), { seenVersion: 5 }],
    ['the command', (desk: DeskPhone) => desk.command('riapri', '351'), {}],
  ])('is undone with %s, whatever was begun meanwhile', async (_, undo, seen) => {
    const desk = await begun('note')
    expect(undo(desk).effects.map(({ input }) => input)).toEqual([
      { report: 351, action: 'undo_close', ...seen },
    ])
    expect(desk.answer('change_report', { ok: true, report: plain(aReport()) }).words).toContain(
      'di nuovo aperta',
    )
  })

  it('an answer can only be written', async () => {
    const desk = await begun('close')
    const asked = desk.press('outcome.answered')
    expect([asked.buttons, asked.words]).toEqual([['back', 'cancel'], expect.not.stringContaining('Oppure')])
  })

  it('as a duplicate it asks of which, keeps words that are no number, and goes back step by step', async () => {
    const desk = await begun('close')
    const asked = desk.press('outcome.duplicate')
    expect(asked.buttons).toEqual(['back', 'cancel'])
    expect(desk.type('È quella di ieri').words).toContain('«È quella di ieri»')
    expect(desk.type('351').words).toContain('Non può essere un doppione della 351')
    const look = desk.type('n. 12')
    expect(look.words).toContain('È la segnalazione 12.')
    expect(desk.press('send').effects[0]?.input).toMatchObject({ outcome: 'duplicate', duplicateOf: 12 })
    const again = desk.answer('change_report', { ok: false, why: 'duplicate-closed' })
    expect(again.words).toContain('La 12 non è più aperta')
    expect(desk.type('13').words).toContain('È la segnalazione 13.')
    expect(desk.type('indietro').words).toContain('Scrivi il numero')
    expect(desk.type('indietro').buttons).toContain('outcome.duplicate')
  })

  const withReady = OUTCOMES.filter((outcome) => outcome !== 'answered')
  it.each(withReady)('%s: the ready-made text can be used as it is', async (outcome) => {
    const desk = await begun('close')
    const chosen = desk.press(`outcome.${outcome}`)
    const offered = outcome === 'duplicate' ? desk.type('12') : chosen
    expect(offered.buttons).toEqual(['ready', 'back', 'cancel'])
    const look = desk.press('ready')
    const { effects } = desk.press('send')
    const input = effects[0]?.input as { text: string; ready: boolean }
    expect(input.ready).toBe(true)
    expect(offered.words).toContain(input.text)
    expect(look.words).toContain(input.text)
  })

  it('"closed" is shown as "fixed" only when it is', async () => {
    for (const outcome of withReady) {
      const desk = await begun('close')
      desk.press(`outcome.${outcome}`)
      if (outcome === 'duplicate') desk.type('12')
      const { words } = desk.press('ready')
      expect([outcome, /risolto|sistemato/.test(words)]).toEqual([outcome, outcome === 'resolved'])
    }
  })

  it('keeps what was typed too early, in several messages, through the way back', async () => {
    const desk = await begun('close')
    expect(desk.type('Abbiamo chiuso la buca.').words).toContain(
      'Tengo il tuo messaggio: «Abbiamo chiuso la buca.»',
    )
    desk.type('Grazie.')
    expect(desk.press('outcome.resolved').words).toContain('Abbiamo chiuso la buca.\nGrazie.')
    expect(desk.press('back').words).toContain('«Abbiamo chiuso la buca.\nGrazie.»')
    desk.press('outcome.answered')
    const { effects } = desk.press('send')
    expect(effects).toMatchObject([
      { input: { outcome: 'answered', text: 'Abbiamo chiuso la buca.\nGrazie.' } },
    ])
  })

  it('takes the message from the command, and lets it be changed', async () => {
    const desk = await aDesk()
    desk.command('chiudi', '351 Sistemato ieri.')
    expect(desk.answer('open_report', { ok: true, card: working }).words).toContain('Sistemato ieri.')
    desk.press('outcome.resolved')
    expect(desk.press('change').words).toContain('Scrivi il messaggio')
    expect(desk.type('Sistemato oggi.').words).toContain('Sistemato oggi.')
  })

  it('cannot be sent without a message', async () => {
    const desk = await begun('close')
    desk.press('outcome.resolved')
    expect(desk.press('send').effects).toEqual([])
    expect(desk.type('   ').buttons).toEqual(['ready', 'back', 'cancel'])
  })

  it('shows the last look again when the report has changed meanwhile', async () => {
    const desk = await begun('close')
    desk.press('outcome.resolved')
    desk.type('Fatto.')
    desk.press('send')
    const again = desk.answer('change_report', { ok: false, why: 'changed', version: 6 })
    expect(again.words).toContain('Nel frattempo la 351 è cambiata')
    expect(again.words).toContain('Fatto.')
    expect(desk.press('send').effects).toMatchObject([{ input: { text: 'Fatto.', seenVersion: 6 } }])
  })

  it('is not begun on what nobody has claimed, or what is closed', async () => {
    const desk = await aDesk()
    desk.command('chiudi', '351')
    expect(desk.answer('open_report', { ok: true, card: aCard() }).words).toContain(
      'Prima qualcuno deve prendere',
    )
    desk.command('chiudi', '351')
    const closed = aCard({ status: 'closed', outcome: 'not_found', closedAt: new Date(0) })
    expect(desk.answer('open_report', { ok: true, card: closed }).words).toContain(
      'chiusa (problema non trovato)',
    )
    desk.command('chiudi', '351')
    expect(desk.answer('open_report', { ok: true, card: aCard({}, { mayAct: false }) }).words).toContain(
      'altro ufficio',
    )
    expect(desk.session().frames).toEqual([])
  })

  it.each(['annulla', 'cancel'])('ends with "%s"', async (word) => {
    const desk = await begun('close')
    expect(desk.type(word).effects).toEqual([])
    expect(desk.session().frames).toEqual([])
  })
})

describe('what comes in between', () => {
  it('never throws away what was typed', async () => {
    const desk = await begun('reply')
    desk.type('Arriviamo domani.')
    desk.press('open:352')
    const other = desk.answer('open_report', { ok: true, card: aCard({ id: 352 as ReportId }) })
    expect(other.words).toContain('Segnalazione 352')
    desk.press('claim:353:1')
    desk.answer('change_report', { ok: true, report: plain(aReport({ id: 353 as ReportId })) })
    desk.command('aiuto')
    expect(desk.press('send').effects).toMatchObject([
      { type: 'reply_to_citizen', input: { report: 351, text: 'Arriviamo domani.' } },
    ])
  })

  it('other work comes first, then the first one goes on', async () => {
    const desk = await begun('reply')
    desk.type('Arriviamo domani.')
    desk.command('nota', '352 sentito il fornitore')
    desk.answer('open_report', { ok: true, card: aCard({ id: 352 as ReportId }) })
    expect(desk.answer('add_note', { ok: true, report: 352 as ReportId }).words).toContain(
      'Nota aggiunta alla 352',
    )
    const back = desk.answer('open_report', { ok: true, card: aCard({ id: 352 as ReportId }) })
    expect(back.words).toContain('Arriviamo domani.')
    expect(back.buttons).toEqual(['send', 'change', 'cancel'])
  })

  it('after the end of the other work, what was being written is shown again', async () => {
    const desk = await begun('reply')
    desk.type('Arriviamo domani.')
    desk.command('chiudi', '352 Sistemato.')
    desk.answer('open_report', { ok: true, card: aCard({ id: 352 as ReportId, status: 'acknowledged' }) })
    desk.press('outcome.resolved')
    desk.press('send')
    desk.answer('change_report', { ok: true, report: plain(aReport({ id: 352 as ReportId })) })
    const back = desk.answer('open_report', { ok: true, card: aCard({ id: 352 as ReportId }) })
    expect(back.words).toContain('Arriviamo domani.')
    expect(back.buttons).toEqual(['send', 'change', 'cancel'])
  })

  it('where nothing was typed, the new thing takes the place', async () => {
    const desk = await begun('close')
    desk.command('apri', '352')
    desk.answer('open_report', { ok: true, card: aCard({ id: 352 as ReportId }) })
    expect(desk.session().frames.map(({ dialog }) => dialog)).toEqual(['card'])
  })
})

describe('replying', () => {
  it('shows the words once more before they go, and says how they went', async () => {
    const desk = await begun('reply')
    const look = desk.type('Arriviamo domani.')
    expect(look.words).toContain("L'ufficio Manutenzione ti scrive:\nArriviamo domani.")
    desk.press('change')
    desk.type('Arriviamo giovedì.')
    expect(desk.press('send').effects).toMatchObject([{ input: { report: 351, text: 'Arriviamo giovedì.' } }])
    const result = { ok: true, report: plain(aReport()), told: 'call' } as const
    expect(desk.answer('reply_to_citizen', result).words).toContain('telefonata da fare')
  })

  it('goes straight to the last look with the words in the command', async () => {
    const desk = await aDesk()
    desk.command('rispondi', '351 Arriviamo domani.')
    expect(desk.answer('open_report', { ok: true, card: working }).buttons).toEqual([
      'send',
      'change',
      'cancel',
    ])
  })

  it('has nobody to write to where there is no reporter', async () => {
    const desk = await aDesk()
    desk.command('rispondi', '351')
    const card = aCard({}, { hasReporter: false })
    expect(desk.answer('open_report', { ok: true, card }).words).toContain("non c'è a chi scrivere")
  })

  it('says what hindered it at last', async () => {
    const desk = await begun('reply')
    desk.type('Arriviamo.')
    desk.press('send')
    expect(desk.answer('reply_to_citizen', { ok: false, why: 'withdrawn' }).words).toContain("l'ha ritirata")
    expect(desk.session().frames).toEqual([])
  })
})

describe('a note', () => {
  it('is kept at once', async () => {
    const desk = await begun('note')
    expect(desk.type('Chiamato il fornitore').effects).toMatchObject([
      { type: 'add_note', input: { report: 351, text: 'Chiamato il fornitore' } },
    ])
    const noted = desk.answer('add_note', { ok: true, report: 351 as ReportId })
    expect(noted.words).toBe('Nota aggiunta alla 351.')
    expect(noted.steps.at(0)).toMatchObject({ message: { about: 351 } })
    desk.answer('open_report', { ok: true, card: working })
    expect(desk.session().frames.map(({ dialog }) => dialog)).toEqual(['card'])
  })
})

describe('moving', () => {
  it('by category: group, category, a note', async () => {
    const desk = await begun('transfer')
    desk.press('group.environment')
    expect(desk.press('category.trees').words).toContain("passa all'ufficio Ambiente")
    const { effects } = desk.type('È un ramo')
    expect(effects).toMatchObject([
      {
        input: {
          report: 351,
          action: 'transfer',
          moveTo: { category: 'trees' },
          text: 'È un ramo',
          seenVersion: 4,
        },
      },
    ])
    const moved = aReport({ office: 'environment' as never })
    expect(desk.answer('change_report', { ok: true, report: plain(moved) }).words).toBe(
      "La 351 è passata all'ufficio Ambiente.",
    )
    expect(desk.session().frames).toEqual([])
  })

  it('by office, without a note', async () => {
    const desk = await begun('transfer', aCard())
    expect(desk.press('offices').buttons).toEqual([
      'office.desk',
      'office.environment',
      'office.police',
      'back',
      'cancel',
    ])
    desk.press('office.police')
    expect(desk.press('move').effects).toMatchObject([{ input: { moveTo: { office: 'police' } } }])
  })

  it('goes back a step, and refuses the category that it has', async () => {
    const desk = await begun('transfer')
    desk.press('group.roads')
    expect(desk.press('category.potholes').words).toContain('La categoria è già questa')
    desk.press('group.roads')
    desk.press('category.signs')
    expect(desk.press('back').buttons).toContain('category.signs')
    expect(desk.press('back').buttons).toContain('group.roads')
  })

  it('says what hindered it', async () => {
    const desk = await begun('transfer')
    desk.press('offices')
    desk.press('office.police')
    desk.press('move')
    expect(desk.answer('change_report', { ok: false, why: 'changed', version: 9 }).words).toContain(
      'è cambiata',
    )
  })
})

describe('inviting', () => {
  const supervisor = aColleague({ role: 'supervisor', offices: [] })

  it('an operator: offices, front desk, link', async () => {
    const desk = await aDesk(supervisor)
    desk.command('invita')
    expect(desk.press('role.operator').buttons).not.toContain('go_on')
    desk.press('office.maintenance')
    desk.press('office.police')
    expect(desk.press('office.maintenance').words).not.toContain('Manutenzione')
    desk.press('go_on')
    expect(desk.press('yes').effects).toMatchObject([
      { type: 'invite_staff', input: { role: 'operator', offices: ['police'], frontDesk: true } },
    ])
    const link = 'https://t.me/staff_bot?start=abc'
    const { words } = desk.answer('invite_staff', { ok: true, link, expiresAt: '2026-11-30T10:00:00.000Z' })
    expect(words).toContain(link)
    expect(words).toContain('lunedì 30 novembre, 11:00')
    // The token stands in nothing that is remembered.
    expect(JSON.stringify(desk.session())).not.toContain('abc')
  })

  it.each(['supervisor', 'observer'])('a %s: at once', async (role) => {
    const desk = await aDesk(supervisor)
    desk.command('invite')
    expect(desk.press(`role.${role}`).effects).toMatchObject([
      { input: { role, offices: [], frontDesk: false } },
    ])
  })
})
