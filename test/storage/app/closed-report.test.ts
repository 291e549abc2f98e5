import type { Acting } from '../../../src/app/effects.js'
import { OUTCOMES, type Report } from '../../../src/domain/report.js'
import { citizenEffects } from '../../../src/intake/citizen.js'
import { DAY, MINUTE, SECOND } from '../../../src/kernel/clock.js'
import type { CategoryCode, ReportId, UserId } from '../../../src/kernel/ids.js'
import { aTown } from '../../support/builders.js'
import { anOffice, type TestOffice } from '../../support/office.js'
import { aCitizenRow, aFollowerRow, anAddress, aReportRow } from '../../support/rows.js'

const now = new Date('2026-11-23T10:00:00Z')
const town = aTown()

let office: TestOffice
beforeAll(async () => {
  office = await anOffice()
})
afterAll(() => office?.end())

const acting = (chat: string, more: Partial<Acting> = {}): Acting => ({
  from: anAddress(chat),
  actor: chat as UserId,
  locale: 'it',
  now,
  town,
  ...more,
})

/** Closed, reported by `<name>`, followed by `<name>2`, and unknown to `<name>3`. */
async function aClosed(name: string, more: Partial<Report> = {}, details = {}): Promise<Report> {
  const { manager } = office.source
  const [reporter, follower] = [await aCitizenRow(manager, name), await aCitizenRow(manager, `${name}2`)]
  await aCitizenRow(manager, `${name}3`)
  const report = await aReportRow(manager, {
    reporter: reporter.id,
    status: 'closed',
    outcome: 'not_found',
    closedAt: new Date(now.getTime() - MINUTE),
    ...more,
  })
  await aFollowerRow(manager, report, follower.id)
  await office.run(async ({ history }) => {
    const entry = { report: report.id, at: now, party: 'operator' } as const
    await history.append({ ...entry, action: 'reply' }, { kind: 'reply', body: 'Solo per te.' })
    await history.append({ ...entry, action: 'close', details }, { kind: 'closing', body: 'Siamo passati.' })
  })
  return report
}

describe('words about a closed report', () => {
  const add = (chat: string, report: ReportId) =>
    office.run((tx) =>
      citizenEffects.add_to_report(tx, { report, text: 'C’è ancora', attachments: [] }, acting(chat)),
    )

  it.each(OUTCOMES)('come back to who reported it, to open it again: %s', async (outcome) => {
    const { id } = await aClosed(`add ${outcome}`, { outcome })
    expect(await add(`add ${outcome}`, id)).toEqual({
      ok: false,
      report: id,
      why: 'reopenable',
      outcome,
      text: 'C’è ancora',
      attachments: [],
    })
  })

  it('of a duplicate belong to the report that is open', async () => {
    const twin = await aReportRow(office.source.manager)
    const { id, reporter } = await aClosed('same', { outcome: 'duplicate' }, { duplicateOf: twin.id })
    await aFollowerRow(office.source.manager, twin, reporter as NonNullable<typeof reporter>)
    expect(await add('same', id)).toEqual({ ok: true, report: twin.id })
  })

  it('of a duplicate stay with it while the closing can be undone', async () => {
    const twin = await aReportRow(office.source.manager)
    const closedAt = new Date(now.getTime() - 59 * SECOND)
    const undoable = { outcome: 'duplicate', closedAt, cameFrom: 'in_progress' } as const
    const { id } = await aClosed('soon', undoable, { duplicateOf: twin.id })
    expect(await add('soon', id)).toEqual({ ok: true, report: id })
  })

  it('open nothing for who follows it, nor after fourteen days', async () => {
    const { id } = await aClosed('nobody')
    expect(await add('nobody2', id)).toMatchObject({ why: 'closed', text: 'C’è ancora' })
    expect(await add('nobody3', id)).toMatchObject({ why: 'not-yours' })
    const late = await aClosed('late', { closedAt: new Date(now.getTime() - 14 * DAY - 1) })
    expect(await add('late', late.id)).toMatchObject({ why: 'closed' })
  })
})

describe('how it ended', () => {
  const shown = (chat: string, report: ReportId, more: Partial<Acting> = {}) =>
    office.run((tx) => citizenEffects.show_ending(tx, { report }, acting(chat, more)))
  const listed = async (chat: string) =>
    (await office.run((tx) => citizenEffects.my_reports(tx, null, acting(chat)))).reports

  it('is read by who reported it and who follows it, never the private replies; by nobody else', async () => {
    const { id } = await aClosed('show')
    for (const chat of ['show', 'show2'])
      expect(await shown(chat, id)).toEqual({ report: id, message: { verbatim: 'Siamo passati.' } })
    for (const chat of ['show3', 'never seen']) expect(await shown(chat, id)).toEqual({ report: id })
    expect(await listed('show2')).toMatchObject([{ outcome: 'not_found', may: [] }])
  })

  it('is the ready text in the own language, and names the other report', async () => {
    const twin = await aReportRow(office.source.manager)
    const details = { ready: true, duplicateOf: twin.id }
    const { id } = await aClosed('twin', { outcome: 'duplicate' }, details)
    expect(await shown('twin', id)).toMatchObject({
      message: { key: 'closed.ready.duplicate' },
      duplicateOf: twin.id,
    })
    const sensitive = await aClosed(
      'sensitive',
      { outcome: 'duplicate', category: 'noise' as CategoryCode },
      details,
    )
    expect(await shown('sensitive', sensitive.id)).not.toHaveProperty('duplicateOf', twin.id)
  })

  it('is nobody’s while it can be undone, nor when it is open again', async () => {
    const { id } = await aClosed('undo', {
      closedAt: new Date(now.getTime() - 59 * SECOND),
      cameFrom: 'in_progress',
    })
    expect(await shown('undo', id)).toEqual({ report: id })
    expect((await listed('undo'))[0]?.outcome).toBeUndefined()
    const open = await aClosed('open', { status: 'reopened', outcome: undefined })
    expect(await shown('open', open.id)).toEqual({ report: open.id })
    expect((await listed('open'))[0]?.outcome).toBeUndefined()
  })
})
