import { inviteStaff } from '../../../src/app/invite-staff.js'
import type { StaffMember } from '../../../src/app/ports.js'
import { tellClosed } from '../../../src/app/tell-closed.js'
import { noteLink, type SeenDevice } from '../../../src/app/tell-linked-device.js'
import { createTranslator } from '../../../src/i18n/translator.js'
import { staffEffects } from '../../../src/intake/officer.js'
import { type AnyEffects, runTurns, type TurnDeps } from '../../../src/intake/turns.js'
import type {
  ChannelName,
  ChatId,
  ExternalId,
  OfficeCode,
  ReportId,
  UserId,
} from '../../../src/kernel/ids.js'
import type { InboundContent, InboundEvent } from '../../../src/messaging/inbound.js'
import type { OutboundMessage } from '../../../src/messaging/outbound.js'
import { staffDialogs } from '../../../src/staff/dialogs.js'
import { aTown } from '../../support/builders.js'
import { anOffice, keyOf, type TestOffice } from '../../support/office.js'
import { aCitizenRow, anAddress, aReportRow, aStaffRow } from '../../support/rows.js'

const now = new Date('2026-11-23T10:00:00Z')
const town = aTown()

let office: TestOffice
let deps: TurnDeps
let anna: StaffMember
let order = 0

beforeAll(async () => {
  office = await anOffice()
  const { manager } = office.source
  anna = await aStaffRow(manager, { name: 'Anna' })
  await aStaffRow(manager, { name: 'Bruno' })
  await aStaffRow(manager, { name: 'Dario', role: 'supervisor', offices: [] })
  const effects = staffEffects({
    newToken: () => 'secret-token',
    linkFor: (channel, token) => `${channel}?start=${token}`,
  })
  deps = {
    audience: { name: 'staff', dialogs: staffDialogs, effects: effects as unknown as AnyEffects },
    world: {
      town,
      places: { contains: () => true, findStreets: () => [] },
      translate: await createTranslator({ folder: 'locales', timeZone: town.timeZone }),
    },
    now: () => now,
  }
})
afterAll(() => office.end())

function eventOf(who: string, content: InboundContent): InboundEvent {
  order++
  const from = anAddress(who, 'telegram-staff')
  return {
    id: `u${order}`,
    from,
    actor: who as UserId,
    at: now.toISOString(),
    order,
    private: true,
    ...content,
  }
}

/** One transaction for everybody's events, as they wait at the same moment. */
const turn = (...events: InboundEvent[]) =>
  office.run((tx) =>
    runTurns(
      deps,
      tx,
      events.map((event) => ({ chat: event.from, incoming: { type: 'inbound', event } as const })),
    ),
  )

const type = (who: string, text: string) => turn(eventOf(who, { type: 'text', text }))
const command = (who: string, name: string, rest = '') => turn(eventOf(who, { type: 'command', name, rest }))
/** Presses the button whose data ends so, of the newest message that has it. */
async function press(who: string, ending: string) {
  const buttons = (await heard(who)).flatMap(({ choices }) => choices ?? []).map(({ id }) => id)
  const data = buttons.findLast((id) => id.endsWith(ending))
  if (!data) throw new Error(`${who} was never shown a button …${ending}, but ${buttons.join(' ')}`)
  return turn(eventOf(who, { type: 'choice', choice: data, question: 'x' as ExternalId }))
}

async function heard(who: string): Promise<OutboundMessage[]> {
  const rows: { message: OutboundMessage }[] = await office.source.query(
    'SELECT message FROM outbox WHERE chat = $1 ORDER BY seq',
    [who],
  )
  return rows.map(({ message }) => message)
}
const words = async (who: string) =>
  (await heard(who)).map(({ body }) => body.map((part) => deps.world.translate(part, 'it')).join('\n'))

it('two who claim in one transaction: one has it, the other is told who', async () => {
  const report = await aReportRow(office.source.manager)
  const claim = { type: 'choice', choice: `claim:${report.id}:1` } as const
  await turn(eventOf('Anna', claim), eventOf('Bruno', claim))
  expect(await office.run((tx) => tx.reports.get(report.id))).toMatchObject({ claimedBy: anna.id })
  expect(await words('Anna')).toContainEqual(expect.stringContaining(`La ${report.id} è in carico a te`))
  expect(await words('Bruno')).toContainEqual(`La ${report.id} l'ha già presa in carico Anna.`)
})

it('from the claim to what the citizen reads', async () => {
  const rosa = await aCitizenRow(office.source.manager, 'rosa')
  const { id } = await aReportRow(office.source.manager, { reporter: rosa.id })
  await command('Anna', 'apri', String(id))
  await press('Anna', `claim:${id}:2`)
  await press('Anna', `close:${id}`)
  await press('Anna', '.outcome.resolved')
  await type('Anna', 'Buca chiusa stamattina.')
  await press('Anna', '.send')
  expect(await office.timers(id)).toMatchObject([{ kind: 'tell_closed' }])
  await press('Anna', `undo:${id}:4`)
  expect(await office.timers(id)).toEqual([])
  await command('Anna', 'close', `${id} Buca chiusa.`)
  await press('Anna', '.outcome.resolved')
  await press('Anna', '.send')
  await office.run((tx) => tellClosed(tx, { town, now }, id))
  expect((await words('rosa')).at(-1)).toMatch(/Ecco com'è andata\.\nIl problema è risolto\.\nBuca chiusa\.$/)
  expect(await office.history(id)).toEqual(
    ['claim', 'close', 'undo_close', 'close'].map((action) => `${action} operator`),
  )
})

it('a forged press does nothing, from whoever it comes', async () => {
  const { id } = await aReportRow(office.source.manager, { office: 'police' as never })
  for (const who of ['Anna', 'nobody']) {
    for (const name of [
      'claim',
      'start',
      'undo',
      'close',
      'transfer',
      'reply',
      'note',
      'contacts',
      'history',
      'chase',
      'open',
    ]) {
      await turn(eventOf(who, { type: 'choice', choice: `${name}:${id}:1` }))
    }
  }
  expect(await office.history(id)).toEqual([])
  expect(await office.source.query('SELECT * FROM access_log')).toEqual([])
  expect(await words('nobody')).toEqual(Array(11).fill(expect.stringContaining('Questa è la linea interna')))
})

it('who was removed is a stranger at once', async () => {
  await aStaffRow(office.source.manager, { name: 'Gino' })
  const { id } = await aReportRow(office.source.manager)
  await command('Gino', 'apri', String(id))
  await office.source.query(`UPDATE staff SET removed_at = now() WHERE name = 'Gino'`)
  await turn(eventOf('Gino', { type: 'choice', choice: `claim:${id}:1` }))
  expect(await office.run((tx) => tx.reports.get(id))).toMatchObject({ status: 'submitted' })
  expect((await words('Gino')).at(-1)).toContain('Questa è la linea interna')
})

it('an invitation made in the bot lets somebody in', async () => {
  await command('Dario', 'invita')
  await press('Dario', '.role.operator')
  await press('Dario', '.office.maintenance')
  await press('Dario', '.go_on')
  await press('Dario', '.no')
  expect((await words('Dario')).at(-1)).toContain('telegram-staff?start=secret-token')
  await command('Ivo', 'start', 'secret-token')
  expect((await words('Ivo')).at(-1)).toContain('benvenuto')
  await command('Ivo', 'coda', 'nuove')
  expect((await words('Ivo')).at(-1)).toContain('Da prendere in carico')
  const ivo = await office.run((tx) => tx.staff.find('telegram-staff' as ChannelName, 'Ivo' as UserId))
  expect(ivo).toMatchObject({
    role: 'operator',
    offices: ['maintenance'],
    address: { chat: 'Ivo' as ChatId },
  })
})

it('the digest on demand opens, chases and moves', async () => {
  const { id } = await aReportRow(office.source.manager, { claimDueAt: new Date(0) })
  await command('Dario', 'riepilogo')
  await press('Dario', `chase:${id}`)
  expect((await words('Dario')).at(-1)).toContain('operatori')
  await press('Dario', `transfer:${id}`)
  await press('Dario', '.offices')
  await press('Dario', '.office.environment')
  await press('Dario', '.move')
  expect(await office.run((tx) => tx.reports.get(id as ReportId))).toMatchObject({ office: 'environment' })
})

describe('who joins by an invitation', () => {
  const join = async (name: string, role: 'supervisor' | 'operator') => {
    const offices = role === 'operator' ? ['maintenance' as OfficeCode] : []
    const token = `token of ${name}`
    await office.run((tx) => inviteStaff(tx, { town, now }, { role, offices, frontDesk: false }, token))
    await command(name, 'start', token)
    return (await heard(name)).map(({ body }) => keyOf(body[0]))
  }
  const link = (state: SeenDevice['state'], why?: string) =>
    office.run((tx) => noteLink(tx, now, { state, why }))

  it.each([
    ['never', 'staff.link.never'],
    ['logged-out', 'staff.link.logged_out'],
  ])('as supervisor is welcomed first, and then told that nothing is linked: %s', async (why, key) => {
    await link('unlinked', why)
    expect(await join(`Elsa ${why}`, 'supervisor')).toEqual(['staff.join.welcome', key])
    const [, told] = await heard(`Elsa ${why}`)
    expect(told?.choices?.map(({ id }) => id)).toEqual(['link:0'])
  })

  it('is told nothing of it as an operator, or where a device is linked', async () => {
    await link('unlinked', 'never')
    expect(await join('Ugo', 'operator')).toEqual(['staff.join.welcome'])
    await link('open')
    expect(await join('Ines', 'supervisor')).toEqual(['staff.join.welcome'])
  })
})
