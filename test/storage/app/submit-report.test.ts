import { changeReport } from '../../../src/app/change-report.js'
import type { Acting } from '../../../src/app/effects.js'
import type { CitizenEffects } from '../../../src/citizen/effects.js'
import { citizenEffects } from '../../../src/intake/citizen.js'
import { DAY, HOUR, MINUTE } from '../../../src/kernel/clock.js'
import type { AttachmentId, CategoryCode, ReportId, UserId } from '../../../src/kernel/ids.js'
import { createAttachments } from '../../../src/storage/attachment-store.js'
import { aTown } from '../../support/builders.js'
import { anOffice, operator, type TestOffice } from '../../support/office.js'
import { anAddress, aReportRow, aStaffRow } from '../../support/rows.js'

const town = aTown()
const NOW = new Date('2026-11-23T10:00:00Z')

let office: TestOffice
beforeAll(async () => {
  office = await anOffice()
})
afterAll(() => office?.end())

const acting = (chat: string, overrides: Partial<Acting> = {}): Acting => ({
  from: anAddress(chat),
  actor: chat as UserId,
  name: `Citizen ${chat}`,
  locale: 'it',
  now: NOW,
  town,
  ...overrides,
})

const submission: CitizenEffects['submit']['input'] = {
  category: 'potholes' as CategoryCode,
  place: { line: 'Via Roma 12', street: 'Via Roma', houseNumber: '12' },
  description: 'Una buca profonda',
  attachments: [],
  urgent: false,
}

const submit = (who: Acting, overrides: Partial<typeof submission> = {}) =>
  office.run((tx) => citizenEffects.submit(tx, { ...submission, ...overrides }, who))

async function submitted(who: Acting, overrides: Partial<typeof submission> = {}): Promise<ReportId> {
  const result = await submit(who, overrides)
  if (!result.ok) throw new Error(result.why)
  return result.report
}

/** A file that came in; nobody fetches it here. */
const keep = (id: AttachmentId, chat: string, kind: 'photo' | 'voice' = 'photo') =>
  createAttachments(office.source.manager, async () => undefined).keep(
    { id, from: anAddress(chat), kind, ref: { id: 'f' } },
    NOW,
  )

const report = (id: ReportId) => office.run((tx) => tx.reports.get(id))

describe('submitting', () => {
  it('makes a report with its number, its office and its deadline', async () => {
    const result = await submit(acting('a1'))
    expect(result).toEqual({
      ok: true,
      report: expect.any(Number),
      office: { it: 'Manutenzione', en: 'Maintenance' },
      dueAt: '2026-11-24T10:00:00.000Z',
      askPhone: true,
    })
    if (!result.ok) return
    expect(await report(result.report)).toMatchObject({
      status: 'submitted',
      title: 'Buche – Via Roma 12',
      place: submission.place,
      urgent: false,
      source: 'chat',
    })
    expect(await office.history(result.report)).toEqual(['submit reporter'])
    const [line] = await office.run((tx) => tx.history.of(result.report))
    expect(line?.text).toEqual({ kind: 'description', body: 'Una buca profonda' })
    expect((await office.timers(result.report)).map(({ kind }) => kind)).toEqual([
      'claim_reminder',
      'claim_overdue',
    ])
  })

  it('tells the office at once, with a button to claim it', async () => {
    const anna = await aStaffRow(office.source.manager, { name: 'Anna' })
    const id = await submitted(acting('a2'))
    expect(await office.keysSaid(id)).toEqual([[anna.address.chat, 'staff.announce.new']])
    const [said] = await office.said(id)
    expect(said?.message.choices?.map((choice) => choice.id)).toContain(`claim:${id}:1`)
  })

  it('asks for a phone number the first time, and never who gave one', async () => {
    const who = acting('a3')
    expect(await submit(who)).toMatchObject({ askPhone: true })
    expect(await submit(who)).toMatchObject({ askPhone: false })
    const known = acting('a4')
    await office.run((tx) => citizenEffects.save_phone(tx, { phone: '+393331234567' }, known))
    expect(await submit(known)).toMatchObject({ askPhone: false })
  })

  it('is refused for a category that is no more, and nothing is left of it', async () => {
    const result = await submit(acting('a5'), { category: 'gone' as CategoryCode })
    expect(result).toEqual({ ok: false, why: 'unknown-category' })
    expect(await office.run((tx) => tx.citizens.find(anAddress('a5')))).toBeUndefined()
  })

  it('takes along the person’s own files, and nobody else’s', async () => {
    const [own, foreign] = ['telegram/own', 'telegram/foreign'].map((id) => id as AttachmentId)
    if (!own || !foreign) throw new Error('Two files are needed')
    await keep(own, 'a6')
    await keep(foreign, 'a7')
    const id = await submitted(acting('a6'), { attachments: [own, foreign] })
    expect((await office.run((tx) => tx.attachments.of(id))).map((file) => file.id)).toEqual([own])
  })
})

describe('ten a day', () => {
  it('are taken, the eleventh is not, and a day later the next one is', async () => {
    const who = acting('b1')
    for (let count = 0; count < town.limits.reportsPerDay; count++) {
      expect(await submit({ ...who, now: new Date(NOW.getTime() + count * HOUR) })).toMatchObject({
        ok: true,
      })
    }
    expect(await submit({ ...who, now: new Date(NOW.getTime() + DAY - 1) })).toEqual({
      ok: false,
      why: 'too-many',
    })
    expect(await submit({ ...who, now: new Date(NOW.getTime() + DAY + 1) })).toMatchObject({ ok: true })
    expect(await submit(acting('b2'))).toMatchObject({ ok: true })
  })
})

describe('adding', () => {
  const add = (who: Acting, id: ReportId, overrides: { text?: string; attachments?: AttachmentId[] } = {}) =>
    office.run((tx) =>
      citizenEffects.add_to_report(
        tx,
        { report: id, text: 'Ora è più grande', attachments: [], ...overrides },
        who,
      ),
    )

  it('to one’s own report is a line of its history, and its office hears of it', async () => {
    const id = await submitted(acting('c1'))
    expect(await add(acting('c1'), id)).toEqual({ ok: true, report: id })
    const lines = await office.run((tx) => tx.history.of(id))
    expect(lines.at(-1)).toMatchObject({
      action: 'add',
      text: { kind: 'addition', body: 'Ora è più grande' },
    })
    expect((await office.keysSaid(id)).map(([, key]) => key)).toContain('staff.addition')
  })

  it('a photo alone has no text', async () => {
    const id = await submitted(acting('c2'))
    const photo = 'telegram/more' as AttachmentId
    await keep(photo, 'c2')
    await add(acting('c2'), id, { text: undefined, attachments: [photo] })
    const lines = await office.run((tx) => tx.history.of(id))
    expect(lines.at(-1)).toMatchObject({ action: 'add' })
    expect(lines.at(-1)?.text).toBeUndefined()
    expect((await office.run((tx) => tx.attachments.get(photo)))?.report).toBe(id)
  })

  it.each([
    ['somebody else’s report', 'c4'],
    ['any report, by who never reported', 'nobody'],
  ])('to %s is refused', async (_, chat) => {
    const id = await submitted(acting('c3'))
    if (chat !== 'nobody') await submitted(acting(chat))
    expect(await add(acting(chat), id)).toEqual({ ok: false, report: id, why: 'not-yours' })
    expect(await office.history(id)).toEqual(['submit reporter'])
  })

  it('to a report that does not exist is refused', async () => {
    await submitted(acting('c5'))
    expect(await add(acting('c5'), 999_999 as ReportId)).toMatchObject({ ok: false, why: 'not-yours' })
  })

  it('to a withdrawn report is refused', async () => {
    const id = await submitted(acting('c6'))
    await office.run((tx) => citizenEffects.withdraw(tx, { report: id }, acting('c6')))
    expect(await add(acting('c6'), id)).toMatchObject({ ok: false, report: id, why: 'closed' })
  })

  it('answers what the office asked', async () => {
    const { manager } = office.source
    await submitted(acting('c7'))
    const citizen = await office.run((tx) => tx.citizens.find(anAddress('c7')))
    const { id } = await aReportRow(manager, {
      status: 'awaiting_citizen',
      cameFrom: 'in_progress',
      reporter: citizen?.id,
    })
    expect(await add(acting('c7'), id)).toEqual({ ok: true, report: id })
    expect((await report(id))?.status).toBe('in_progress')
    expect(await office.history(id)).toContain('answer reporter')
  })

  it('keeps the words also when they cannot count as the answer', async () => {
    await submitted(acting('c8'))
    const citizen = await office.run((tx) => tx.citizens.find(anAddress('c8')))
    // Without knowing where it came from, there is nowhere to go back to.
    const { id } = await aReportRow(office.source.manager, {
      status: 'awaiting_citizen',
      cameFrom: undefined,
      reporter: citizen?.id,
    })
    expect(await add(acting('c8'), id)).toEqual({ ok: true, report: id })
    expect(await office.history(id)).toEqual(['add reporter'])
  })

  it('has an end: so many files, then words only; so many times a day', async () => {
    const who = acting('c8')
    const id = await submitted(who)
    const photos = Array.from({ length: 17 }, (_, index) => `telegram/c8-${index}` as AttachmentId)
    for (const photo of photos) await keep(photo, 'c8')
    const [last, ...most] = photos.slice(0, town.limits.photosPerReport + 11)
    expect(await add(who, id, { text: undefined, attachments: most })).toEqual({ ok: true, report: id })
    const more = { attachments: [last as AttachmentId] }
    expect(await add(who, id, { ...more, text: ' ' })).toEqual({ ok: false, report: id, why: 'enough-files' })
    expect(await add(who, id, more)).toEqual({ ok: true, report: id, withoutFiles: true })
    // Nobody fetches it, and what came before it stays.
    expect(await office.run((tx) => tx.attachments.get(last as AttachmentId))).toMatchObject({
      status: 'failed',
    })
    expect(await office.run((tx) => tx.attachments.of(id))).toHaveLength(most.length)
    await office.source.query(
      `INSERT INTO report_event (report, at, action, party, details)
       SELECT $1, $2, 'add', 'reporter', '{}' FROM generate_series(1, 48)`,
      [id, NOW],
    )
    expect(await add(who, id)).toEqual({ ok: false, report: id, why: 'enough' })
    const tomorrow = { ...who, now: new Date(NOW.getTime() + DAY) }
    expect(await add(tomorrow, id)).toEqual({ ok: true, report: id })
  })
})

describe('withdrawing and reopening', () => {
  const withdraw = (who: Acting, id: ReportId) =>
    office.run((tx) => citizenEffects.withdraw(tx, { report: id }, who))
  const reopen = (who: Acting, id: ReportId) =>
    office.run((tx) => citizenEffects.reopen(tx, { report: id }, who))

  async function closed(chat: string): Promise<ReportId> {
    const id = await submitted(acting(chat))
    const anna = await aStaffRow(office.source.manager, { name: `Closer of ${chat}` })
    for (const change of [
      { action: 'claim' as const },
      { action: 'close' as const, outcome: 'resolved' as const, text: 'Riparata.' },
    ]) {
      const changed = await office.run((tx) =>
        changeReport(tx, { town, now: NOW }, { report: id, by: operator(anna), ...change }),
      )
      expect(changed.ok).toBe(true)
    }
    return id
  }

  it('is the reporter’s', async () => {
    const id = await submitted(acting('d1'))
    await submitted(acting('d2'))
    expect(await withdraw(acting('d2'), id)).toEqual({ ok: false, why: 'not-yours' })
    expect(await withdraw(acting('d1'), id)).toEqual({ ok: true, report: id })
    expect([(await report(id))?.status, await office.timers(id)]).toEqual(['withdrawn', []])
    expect(await withdraw(acting('d1'), id)).toEqual({ ok: false, why: 'closed' })
  })

  it.each([
    ['within fourteen days', 14 * DAY, { ok: true }],
    ['later', 14 * DAY + 1, { ok: false, why: 'too-late', category: 'potholes', place: submission.place }],
  ])('“not fixed” %s', async (name, after, result) => {
    const id = await closed(`e ${name}`)
    const who = acting(`e ${name}`, { now: new Date(NOW.getTime() + after) })
    expect(await reopen(who, id)).toMatchObject(result)
  })

  it('too late: what was sent about it comes back, by kind, for a new report that is linked to it', async () => {
    const id = await closed('late')
    const [photo, voice] = ['telegram/late-photo', 'telegram/late-voice'] as AttachmentId[]
    await keep(photo as AttachmentId, 'late')
    await keep(voice as AttachmentId, 'late', 'voice')
    const input = { report: id, text: 'C’è ancora', attachments: [photo, voice] as AttachmentId[] }
    const late = acting('late', { now: new Date(NOW.getTime() + 14 * DAY + 1) })
    const result = await office.run((tx) => citizenEffects.reopen(tx, input, late))
    expect(result).toMatchObject({ why: 'too-late', text: 'C’è ancora', photos: [photo], voices: [voice] })
    const anew = await submitted(late, { followUpOf: id })
    const [first] = await office.run((tx) => tx.history.of(anew))
    expect(first).toMatchObject({ action: 'submit', details: { followUpOf: id } })
  })

  it('what is said about a closed report comes back, and reopens it with words and photo', async () => {
    const id = await closed('f1')
    const photo = 'telegram/still' as AttachmentId
    await keep(photo, 'f1')
    const addition = { report: id, text: 'C’è ancora, e si sente odore di gas', attachments: [photo] }
    const add = (who: Acting) => office.run((tx) => citizenEffects.add_to_report(tx, addition, who))
    const late = acting('f1', { now: new Date(NOW.getTime() + 14 * DAY + 1) })
    expect(await add(late)).toEqual({ ok: false, report: id, why: 'closed', text: addition.text })
    const told = acting('f1', { now: new Date(NOW.getTime() + MINUTE) })
    expect(await add(told)).toEqual({ ok: false, why: 'reopenable', outcome: 'resolved', ...addition })
    expect(await office.run((tx) => citizenEffects.reopen(tx, addition, acting('f1')))).toMatchObject({
      ok: true,
    })
    expect(await report(id)).toMatchObject({ status: 'reopened', urgent: true })
    const lines = await office.run((tx) => tx.history.of(id))
    expect(lines.at(-1)).toMatchObject({ action: 'reopen', text: { kind: 'addition', body: addition.text } })
    expect((await office.run((tx) => tx.attachments.get(photo)))?.report).toBe(id)
  })

  it('while the close can be undone, nothing has changed for the citizen: words are taken', async () => {
    const id = await closed('f2')
    const list = (now: Date) => office.run((tx) => citizenEffects.my_reports(tx, null, acting('f2', { now })))
    expect((await list(NOW)).reports).toMatchObject([{ status: 'acknowledged', may: ['add'] }])
    const addition = { report: id, text: 'Anche più in là', attachments: [] }
    expect(await office.run((tx) => citizenEffects.add_to_report(tx, addition, acting('f2')))).toMatchObject({
      ok: true,
    })
    const told = new Date(NOW.getTime() + MINUTE)
    expect((await list(told)).reports).toMatchObject([{ status: 'closed', may: ['reopen'] }])
    const late = new Date(NOW.getTime() + 14 * DAY + 1)
    expect((await list(late)).reports).toMatchObject([{ status: 'closed', may: [] }])
  })

  it('cannot reopen what is open', async () => {
    const id = await submitted(acting('d3'))
    expect(await reopen(acting('d3'), id)).toEqual({ ok: false, why: 'not-closed' })
  })
})

describe('being called back', () => {
  const requestCall = (who: Acting, phone?: string) =>
    office.run((tx) => citizenEffects.request_call(tx, { phone }, who))
  const calls = () => office.source.query('SELECT phone, reason, report FROM call_task ORDER BY id')

  it('needs a number: the one given, or the one known', async () => {
    const who = acting('f1')
    expect([await requestCall(who), await calls()]).toEqual([{ ok: false, why: 'no-phone' }, []])
    expect(await requestCall(who, '+390172000001')).toEqual({ ok: true })
    await office.run((tx) => citizenEffects.save_phone(tx, { phone: '+390172000002' }, who))
    expect(await requestCall(who)).toEqual({ ok: true })
    // Asked again, it is still one call.
    expect(await calls()).toEqual([{ phone: '+390172000002', reason: 'call_back', report: null }])
  })

  it('is heard by the front desk, and by the supervisors where nobody has its right', async () => {
    const heardBy = async (): Promise<string[]> => {
      await office.source.query('TRUNCATE outbox, outbox_head')
      expect(await requestCall(acting('f2'), '+390172000003')).toEqual({ ok: true })
      const rows: { chat: string }[] = await office.source.query('SELECT chat FROM outbox ORDER BY chat')
      return rows.map(({ chat }) => chat)
    }
    await aStaffRow(office.source.manager, { name: 'Clara', role: 'supervisor', offices: [] })
    expect(await heardBy()).toContain('Clara')
    await aStaffRow(office.source.manager, { name: 'Dario', frontDesk: true })
    expect(await heardBy()).toEqual(['Dario'])
  })
})

describe('a draft', () => {
  const timers = (chat: string) =>
    office.source.query('SELECT kind, due_at AS "dueAt", payload FROM timer WHERE key = $1 ORDER BY due_at', [
      `telegram/${chat}`,
    ])

  it('is mentioned after a day and forgotten after seven, unless it is sent or thrown away', async () => {
    const who = acting('g1')
    await office.run((tx) => citizenEffects.watch_draft(tx, null, who))
    const payload = { channel: 'telegram', chat: 'g1' }
    expect(await timers('g1')).toEqual([
      { kind: 'draft_reminder', dueAt: new Date(NOW.getTime() + DAY), payload },
      { kind: 'draft_end', dueAt: new Date(NOW.getTime() + 7 * DAY), payload },
    ])
    await office.run((tx) => citizenEffects.forget_draft(tx, null, who))
    expect(await timers('g1')).toEqual([])
    await office.run((tx) => citizenEffects.rewatch_draft(tx, null, who))
    expect(await timers('g1')).toEqual([])
  })

  it('counts from the last word; what was mentioned is not mentioned again', async () => {
    const later = new Date(NOW.getTime() + DAY)
    await office.run((tx) => citizenEffects.watch_draft(tx, null, acting('g2')))
    await office.source.query(`DELETE FROM timer WHERE kind = 'draft_reminder' AND key = 'telegram/g2'`)
    await office.run((tx) => citizenEffects.rewatch_draft(tx, null, acting('g2', { now: later })))
    expect(await timers('g2')).toMatchObject([
      { kind: 'draft_end', dueAt: new Date(later.getTime() + 7 * DAY) },
    ])
  })
})

it('the list shows one’s own reports, newest first, with what may be done', async () => {
  const who = acting('h1')
  const [first, second] = [await submitted(who), await submitted(who)]
  await office.run((tx) => citizenEffects.withdraw(tx, { report: first }, who))
  const { reports } = await office.run((tx) => citizenEffects.my_reports(tx, null, who))
  expect(reports.map(({ id, status, may }) => [id, status, may])).toEqual([
    [second, 'submitted', ['add', 'withdraw']],
    [first, 'withdrawn', []],
  ])
  expect(await office.run((tx) => citizenEffects.my_reports(tx, null, acting('nobody')))).toEqual({
    reports: [],
  })
})
