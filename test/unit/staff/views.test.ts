import { STATUSES } from '../../../src/domain/report.js'
import type { MediaKey, ReportId } from '../../../src/kernel/ids.js'
import type { PlainQueue } from '../../../src/staff/queue-view.js'
import { aReport } from '../../support/builders.js'
import { aCard, plain } from '../../support/cards.js'
import { aColleague, aDesk } from '../../support/desk.js'

const aRow = (number: number, more: Partial<PlainQueue['rows'][number]> = {}): PlainQueue['rows'][number] => {
  const { status, category, office, place, urgent, submittedAt, claimDueAt } = plain(aReport())
  return { id: number as ReportId, status, category, office, place, urgent, submittedAt, claimDueAt, ...more }
}
const aQueue = (more: Partial<PlainQueue> = {}): PlainQueue => ({
  ok: true,
  filter: 'open',
  page: 0,
  rows: [aRow(351), aRow(352)],
  total: 2,
  ...more,
})

describe('the queue', () => {
  it.each([
    ['', 'open'],
    ['nuove', 'new'],
    ['new', 'new'],
    ['mie', 'mine'],
    ['mine', 'mine'],
    ['scadute', 'late'],
    ['late', 'late'],
    ['tutte', 'open'],
    ['all', 'open'],
  ])('/coda %s asks for %s', async (word, filter) => {
    const desk = await aDesk()
    expect(desk.command('coda', word).effects).toMatchObject([
      { type: 'view_queue', input: { filter, page: 0 } },
    ])
  })

  it('shows number, category, place, age and clock, and opens one after the other', async () => {
    const desk = await aDesk()
    desk.command('coda')
    const late = aRow(352, { claimDueAt: '2026-11-23T09:00:00.000Z', urgent: true })
    const mine = aRow(353, { status: 'acknowledged', claimedBy: 'Bruno' })
    const { words, buttons } = desk.answer('view_queue', aQueue({ rows: [aRow(351), late, mine], total: 3 }))
    expect(words.split('\n').slice(1)).toEqual([
      '351 Buche, Via Roma · 2 h, ancora 22 h',
      '⚠️ 352 Buche, Via Roma · 2 h, scaduta',
      '353 Buche, Via Roma · 2 h, Bruno',
    ])
    expect(buttons).toEqual(['open:351', 'open:352', 'open:353'])
    expect(desk.press('open:352').effects).toMatchObject([{ type: 'open_report', input: { report: 352 } }])
    const { steps } = desk.answer('open_report', { ok: true, card: aCard({ id: 352 as ReportId }) })
    // The list keeps its buttons.
    expect(steps.filter((step) => step.type === 'say' && step.message.replaces)).toEqual([])
    expect(desk.press('open:351').effects).toMatchObject([{ type: 'open_report', input: { report: 351 } }])
  })

  it('without buttons is typed: a number is always a report’s', async () => {
    const desk = await aDesk()
    desk.command('coda')
    desk.answer('view_queue', aQueue({ rows: [aRow(9), aRow(10)], total: 20 }))
    expect(desk.session().open?.choices.map(({ command }) => command)).toEqual([
      '/apri 9',
      '/apri 10',
      undefined,
    ])
    for (const number of [9, 2, 3]) {
      expect(desk.type(String(number)).effects).toMatchObject([
        { type: 'open_report', input: { report: number } },
      ])
    }
    expect(desk.type('altre').effects).toMatchObject([{ type: 'view_queue', input: { page: 1 } }])
  })

  it('turns pages', async () => {
    const desk = await aDesk()
    desk.command('coda')
    expect(desk.answer('view_queue', aQueue({ total: 20 })).buttons).toEqual(['open:351', 'open:352', 'next'])
    expect(desk.press('next').effects).toMatchObject([{ input: { filter: 'open', page: 1 } }])
    const { words, buttons } = desk.answer('view_queue', aQueue({ total: 20, page: 1 }))
    expect(words).toContain('Pagina 2 di 3')
    expect(buttons).toEqual(['open:351', 'open:352', 'previous', 'next'])
    desk.press('next')
    expect(desk.answer('view_queue', aQueue({ total: 20, page: 2 })).buttons).not.toContain('next')
    expect(desk.session().frames).toHaveLength(1)
  })

  it('that is empty says so', async () => {
    const desk = await aDesk()
    desk.command('coda', 'scadute')
    const { words } = desk.answer('view_queue', aQueue({ filter: 'late', rows: [], total: 0 }))
    expect(words).toContain('Nessuna segnalazione scaduta')
    expect(desk.session().frames).toEqual([])
  })
})

describe('the card', () => {
  const shown = async (card = aCard(), staff = aColleague()) => {
    const desk = await aDesk(staff)
    desk.command('apri', '351')
    return { desk, turn: desk.answer('open_report', { ok: true, card }) }
  }

  it('plays voice messages after the photos, and says how many there are', async () => {
    const { turn } = await shown(aCard({}, { voices: ['bb.ogg', 'cc.ogg'] as MediaKey[] }))
    expect(turn.words).toContain('Una foto.')
    expect(turn.words).toContain('2 messaggi vocali.')
    const said = turn.steps.flatMap((step) => (step.type === 'say' ? [step.message] : []))
    expect(said).toMatchObject([{ media: ['aa.jpg', 'bb.ogg', 'cc.ogg'] }])
  })

  it.each([
    ['delivered', 'Ultima notizia a chi ha segnalato: consegnata'],
    ['read', 'Ultima notizia a chi ha segnalato: letta'],
  ] as const)('says that the last news was %s, where the network tells', async (status, words) => {
    const lastNews = { status, at: '2026-11-23T09:00:00.000Z' }
    expect((await shown(aCard({}, { lastNews }))).turn.words).toContain(words)
    expect((await shown(aCard())).turn.words).not.toContain('Ultima notizia')
  })

  it('shows everything, with photos and the pin', async () => {
    const point = { lat: 44.55, lon: 7.72 }
    const { turn } = await shown(aCard({ place: { line: 'via Roma 12', point }, urgent: true }))
    expect(turn.words).toContain('Segnalazione 351 · Buche')
    expect(turn.words).toContain('«Buca profonda davanti al 12»')
    expect(turn.words).toContain('Urgente')
    const said = turn.steps.flatMap((step) => (step.type === 'say' ? [step.message] : []))
    expect(said).toMatchObject([{ media: ['aa.jpg' as MediaKey], pin: point, about: 351 }])
  })

  it.each([
    ['submitted', ['claim:351:1', 'transfer:351']],
    ['reopened', ['claim:351:1', 'transfer:351']],
    ['acknowledged', ['start:351:1', 'transfer:351', 'close:351']],
    ['in_progress', ['transfer:351', 'close:351']],
    ['scheduled', ['start:351:1', 'transfer:351', 'close:351']],
    ['referred', ['start:351:1', 'transfer:351', 'close:351']],
    ['awaiting_citizen', ['transfer:351', 'close:351']],
    ['closed', []],
    ['withdrawn', []],
  ] as const)('%s: offers what may be done now', async (status, buttons) => {
    const { turn } = await shown(aCard({ status }))
    const reply = status === 'withdrawn' ? [] : ['reply:351']
    expect(turn.buttons).toEqual([...buttons, ...reply, 'note:351', 'contacts:351'])
  })

  it('has been tried for every status', () => expect(STATUSES).toHaveLength(9))

  it('of another office is only looked at', async () => {
    const { turn } = await shown(aCard({}, { mayAct: false }), aColleague({ frontDesk: true }))
    expect(turn.buttons).toEqual([])
    expect(turn.words).toContain('La lettura viene registrata')
  })

  it('shows eight lines of history, and all of them on a press', async () => {
    const line = aCard().history[0]
    if (!line) throw new Error('a card has history')
    const notes = Array.from({ length: 10 }, (_, index) => ({
      ...line,
      action: 'note' as const,
      party: 'operator' as const,
      staffName: 'Anna',
      text: index === 9 ? undefined : { kind: 'note' as const, body: `nota ${index}` },
    }))
    const card = aCard({}, { history: [line, ...notes] })
    const { desk, turn } = await shown(card)
    expect(turn.words).toContain('… e 3 righe prima di queste')
    expect(turn.words).not.toContain('nota 1»')
    expect(turn.words).toContain('(testo rimosso)')
    desk.press('history:351')
    expect(desk.answer('open_report', { ok: true, card }).words).toContain('«nota 1»')
    // The card is still there.
    expect(desk.session().open?.choices.map(({ id }) => id)).toContain('claim:351:1')
  })

  it('shows the contacts on a press, and stays', async () => {
    const { desk } = await shown()
    expect(desk.press('contacts:351').effects).toMatchObject([
      { type: 'show_contacts', input: { report: 351 } },
    ])
    const { words, steps } = desk.answer('show_contacts', {
      ok: true,
      report: 351 as ReportId,
      name: 'Rosa',
      phone: '+39017212345',
      reachable: false,
    })
    expect(words).toContain('Telefono: +39017212345')
    expect(words).toContain('Non si raggiunge in chat')
    expect(steps).toHaveLength(1)
    expect(desk.session().open).toBeDefined()
  })
})

describe('claiming', () => {
  const withMedia = expect.objectContaining({
    message: expect.objectContaining({ media: ['aa.jpg'] }),
  })

  it('from an announcement shows the card with what comes next', async () => {
    const desk = await aDesk()
    expect(desk.press('claim:351:1').effects).toMatchObject([
      { type: 'change_report', input: { report: 351, action: 'claim' } },
    ])
    const claimed = aReport({ status: 'acknowledged', version: 2 })
    const { words, effects } = desk.answer('change_report', { ok: true, report: plain(claimed) })
    expect(words).toContain('La 351 è in carico a te')
    expect(effects).toMatchObject([{ type: 'open_report', input: { report: 351 } }])
    const card = desk.answer('open_report', { ok: true, card: aCard({ status: 'acknowledged', version: 2 }) })
    expect(card.buttons).toEqual(expect.arrayContaining(['close:351', 'reply:351']))
    // Nothing of it was seen yet.
    expect(card.words).toContain('«Buca profonda davanti al 12»')
    expect(card.steps).toContainEqual(withMedia)
  })

  it.each(['press', 'command'])('from the card, by %s, does not send its photos again', async (way) => {
    const desk = await aDesk()
    desk.command('apri', '351')
    desk.answer('open_report', { ok: true, card: aCard() })
    if (way === 'press') desk.press('claim:351:1')
    else desk.command('prendi', '351')
    const claimed = aReport({ status: 'acknowledged', version: 2 })
    desk.answer('change_report', { ok: true, report: plain(claimed) })
    const card = desk.answer('open_report', { ok: true, card: aCard({ status: 'acknowledged' }) })
    expect(card.words).toContain('«Buca profonda davanti al 12»')
    expect(card.steps).not.toContainEqual(withMedia)
  })

  it('what was reopened since its card was shown shows everything again', async () => {
    const desk = await aDesk()
    desk.command('apri', '351')
    desk.answer('open_report', { ok: true, card: aCard({ status: 'closed', outcome: 'resolved' }) })
    desk.press('claim:351:2')
    const claimed = aReport({ status: 'acknowledged', version: 3 })
    desk.answer('change_report', { ok: true, report: plain(claimed) })
    const card = desk.answer('open_report', { ok: true, card: aCard({ status: 'acknowledged', version: 3 }) })
    expect(card.steps).toContainEqual(withMedia)
  })

  it.each([
    [{ ok: false, why: 'taken', by: 'Bruno', yourself: false }, "l'ha già presa in carico Bruno"],
    [{ ok: false, why: 'taken', by: 'Anna', yourself: true }, 'è già in carico a te'],
    [{ ok: false, why: 'wrong-status', status: 'withdrawn' }, 'la 351 è ritirata'],
    [{ ok: false, why: 'not-yours' }, 'è di un altro ufficio'],
    [{ ok: false, why: 'unknown' }, 'non esiste'],
  ] as const)('in vain says why: %j', async (result, words) => {
    const desk = await aDesk()
    desk.command('prendi', '351')
    expect(desk.answer('change_report', result).words).toContain(words)
  })
})

describe('the digest now', () => {
  it('stays while its reports are opened', async () => {
    const desk = await aDesk(aColleague({ role: 'supervisor' }))
    expect(desk.command('riepilogo').effects).toMatchObject([{ type: 'digest_now' }])
    const choices = [{ id: 'open:351', label: { verbatim: '351' }, command: '/apri 351' }]
    const { words, buttons } = desk.answer('digest_now', {
      ok: true,
      body: [{ verbatim: 'Numeri' }],
      choices,
    })
    expect([words, buttons]).toEqual(['Numeri', ['open:351']])
    expect(desk.press('open:351').effects).toMatchObject([{ type: 'open_report' }])
  })
})

describe('chasing', () => {
  it.each([
    [{ ok: true, told: 2 }, 'inviato a 2 operatori'],
    [{ ok: true, told: 0 }, 'non ha operatori'],
    [{ ok: false, why: 'wrong-status' }, 'non aspetta più'],
  ] as const)('says what came of it: %j', async (result, words) => {
    const desk = await aDesk(aColleague({ role: 'supervisor' }))
    expect(desk.press('chase:351').effects).toMatchObject([{ type: 'chase_office', input: { report: 351 } }])
    expect(desk.answer('chase_office', result).words).toContain(words)
  })
})
