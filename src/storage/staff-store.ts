import type { EntityManager } from 'typeorm'
import type { Invite, StaffMember, StaffRegister } from '../app/ports.js'
import type { Role } from '../domain/staff.js'
import type { ChannelName, ChatId, Locale, OfficeCode, StaffId } from '../kernel/ids.js'
import { newId } from './columns.js'
import { gather } from './gather.js'
import { hotQueryOf } from './hot-query.js'
import { invites, staff, staffOffices } from './people.entity.js'

interface RawMember {
  id: string
  name: string
  role: Role
  frontDesk: boolean
  locale: Locale
  channel: ChannelName
  chat: ChatId
  offices: OfficeCode[]
}

type RawInvite = Invite & { expiresAt: Date; usedAt: Date | null }

/** Staff and invitations, in the running transaction of this manager. Who was removed is found by nothing here. */
export function createStaffRegister(manager: EntityManager): StaffRegister {
  const members = async (name: string, condition: string, ...values: unknown[]): Promise<StaffMember[]> => {
    const rows = await hotQueryOf(manager)<RawMember>(
      `staff-${name}`,
      `SELECT id, name, role, front_desk AS "frontDesk", locale, channel, chat,
              ARRAY (SELECT office FROM staff_office WHERE staff = staff.id ORDER BY office) AS offices
         FROM staff WHERE removed_at IS NULL AND ${condition} ORDER BY id`,
      values,
    )
    return rows.map(({ id, channel, chat, ...row }) => ({
      ...row,
      id: Number(id) as StaffId,
      address: { channel, chat },
    }))
  }

  const ofOffice = gather(async (asked: readonly OfficeCode[]) => {
    const operators = await members(
      'of-offices',
      `role = 'operator' AND id IN (SELECT staff FROM staff_office WHERE office = ANY ($1::text[]))`,
      [...new Set(asked)],
    )
    return asked.map((office) => operators.filter(({ offices }) => offices.includes(office)))
  })

  const supervisors = gather(async (asked: readonly undefined[]) => {
    const all = await members('supervisors', `role = 'supervisor'`)
    return asked.map(() => all)
  })

  return {
    find: async (channel, actor) => (await members('find', 'channel = $1 AND actor = $2', channel, actor))[0],

    get: async (id) => (await members('get', 'id = $1', id))[0],

    async add({ actor, address, offices, ...person }) {
      const inserted = await manager.insert(staff, {
        ...person,
        ...address,
        actor,
        joinedAt: () => 'clock_timestamp()',
      })
      const id = newId<StaffId>(inserted)
      await manager.insert(
        staffOffices,
        offices.map((office) => ({ staff: id, office })),
      )
      return { ...person, id, address, offices }
    },

    ofOffice,

    atFrontDesk: () => members('front-desk', 'front_desk'),

    async removeFrom(channels, at) {
      await manager.query(
        'UPDATE staff SET removed_at = $2 WHERE channel = ANY ($1) AND removed_at IS NULL',
        [channels, at],
      )
    },

    supervisors: () => supervisors(undefined),

    async setLocale(id, locale) {
      await manager.update(staff, { id }, { locale })
    },

    async addInvite(tokenHash, { role, frontDesk, offices }, { createdAt, expiresAt, createdBy }) {
      await manager.insert(invites, {
        tokenHash,
        role,
        frontDesk,
        offices: [...offices],
        createdAt,
        expiresAt,
        createdBy: createdBy ?? null,
      })
    },

    async lockInvite(tokenHash) {
      const [row] = await hotQueryOf(manager)<RawInvite>(
        'invite-lock',
        `SELECT role, front_desk AS "frontDesk", offices, expires_at AS "expiresAt", used_at AS "usedAt"
           FROM invite WHERE token_hash = $1 FOR UPDATE`,
        [tokenHash],
      )
      return row && { ...row, usedAt: row.usedAt ?? undefined }
    },

    async useInvite(tokenHash, by, at) {
      await manager.update(invites, { tokenHash }, { usedBy: by, usedAt: at })
    },
  }
}
