import type { Ctx, Dialog, Move, Option, Question } from '../dialog/dialog.js'
import { officeName } from '../domain/report-text.js'
import { ROLES, type Role } from '../domain/staff.js'
import type { OfficeCode } from '../kernel/ids.js'
import { text } from '../kernel/text.js'
import { deliver } from './deliver.js'
import { answerTo, ask } from './effects.js'

type Inviting = {
  readonly step: 'role' | 'offices' | 'front_desk'
  readonly role?: Role
  readonly offices: readonly OfficeCode[]
}

/** Whom to invite: the role, for operators their offices and whether they work at the front desk; then the link. */
export const inviteDialog: Dialog<Inviting> = {
  name: 'invite',
  question(work, ctx) {
    switch (work.step) {
      case 'role':
        return {
          body: [text('staff.invite.ask_role')],
          options: ROLES.map((role) => ({ id: `role.${role}`, label: text(`staff.role.${role}`) })),
          ways: ['cancel'],
        }
      case 'offices':
        return askOffices(work, ctx)
      case 'front_desk':
        return {
          body: [text('staff.invite.ask_front_desk')],
          options: [
            { id: 'yes', label: text('staff.invite.yes'), row: 0 },
            { id: 'no', label: text('staff.invite.no'), row: 0 },
          ],
          ways: ['back', 'cancel'],
        }
      default:
        return work.step satisfies never
    }
  },
  handle(work, event, ctx) {
    const invited = answerTo('invite_staff', event)?.result
    if (invited) {
      if (!invited.ok) return { end: true, say: [{ body: [text('staff.no.not_for_you')] }] }
      const expires = { at: invited.expiresAt, style: 'datetime' } as const
      const body = [text('staff.invite.link', { link: invited.link, expires })]
      return { end: true, say: [{ body, secret: true }] }
    }
    if (event.type === 'done') return deliver(event, ctx, false)
    if (event.type === 'back' && work.step !== 'role') {
      return { state: { ...work, step: work.step === 'front_desk' ? 'offices' : 'role' } }
    }
    return event.type === 'choice' ? chosen(work, event.id, ctx) : null
  },
}

/** Several may be chosen: each press adds one or takes it away. */
const askOffices = ({ offices }: Inviting, { world: { town } }: Ctx): Question => ({
  body: [
    text('staff.invite.ask_offices'),
    ...offices.map((office) => text('staff.invite.chosen_office', { office: officeName(town, office) })),
  ],
  options: [
    ...(offices.length > 0 ? [{ id: 'go_on', label: text('staff.invite.go_on') }] : []),
    ...town.offices.map(
      ({ code, name }): Option => ({
        id: `office.${code}`,
        label: offices.includes(code) ? text('staff.invite.without', { office: name }) : { localised: name },
      }),
    ),
  ],
  ways: ['back', 'cancel'],
})

function chosen(work: Inviting, id: string, { world: { town } }: Ctx): Move | null {
  const role = ROLES.find((one) => id === `role.${one}`)
  if (role === 'operator') return { state: { ...work, role, step: 'offices' } }
  if (role) return { effects: [ask('invite_staff', { role, frontDesk: false, offices: [] })] }
  const office = town.offices.find(({ code }) => id === `office.${code}`)?.code
  if (office) {
    const others = work.offices.filter((one) => one !== office)
    return { state: { ...work, offices: others.length < work.offices.length ? others : [...others, office] } }
  }
  if (id === 'go_on') return { state: { ...work, step: 'front_desk' } }
  if (id !== 'yes' && id !== 'no') return null
  const { offices } = work
  return { effects: [ask('invite_staff', { role: 'operator', frontDesk: id === 'yes', offices })] }
}
