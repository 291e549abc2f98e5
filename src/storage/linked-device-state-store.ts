import type { EntityManager } from 'typeorm'
import type { DeviceState, DeviceStateName, DeviceStates } from '../app/linked-device-port.js'
import type { StaffId } from '../kernel/ids.js'

/** The one line that there is. */
export const LINKED_CHANNEL = 'whatsapp'

interface RawLink {
  state: DeviceStateName
  why: string | null
  since: Date | null
  told: boolean
}

/** How the link to WhatsApp stands, in the running transaction of this manager. */
export const createDeviceStates = (manager: EntityManager): DeviceStates => ({
  async lock() {
    await manager.query('INSERT INTO whatsapp_link (channel) VALUES ($1) ON CONFLICT DO NOTHING', [
      LINKED_CHANNEL,
    ])
    const [row]: RawLink[] = await manager.query(
      'SELECT state, why, since, told FROM whatsapp_link WHERE channel = $1 FOR UPDATE',
      [LINKED_CHANNEL],
    )
    return deviceOf(row)
  },

  async save({ state, why, since, told }) {
    await manager.query(
      'UPDATE whatsapp_link SET state = $2, why = $3, since = $4, told = $5 WHERE channel = $1',
      [LINKED_CHANNEL, state, why ?? null, since ?? null, told],
    )
  },

  async askForCode(by) {
    await manager.query(
      `INSERT INTO whatsapp_link (channel, code_asked_by, code_asked_at) VALUES ($1, $2, now())
       ON CONFLICT (channel) DO UPDATE SET code_asked_by = excluded.code_asked_by, code_asked_at = excluded.code_asked_at`,
      [LINKED_CHANNEL, by],
    )
  },

  async dropCodeWish() {
    await manager.query('UPDATE whatsapp_link SET code_asked_at = NULL WHERE channel = $1', [LINKED_CHANNEL])
  },

  async askedBy() {
    const [row]: { by: string | null }[] = await manager.query(
      'SELECT code_asked_by AS by FROM whatsapp_link WHERE channel = $1',
      [LINKED_CHANNEL],
    )
    return row?.by ? (Number(row.by) as StaffId) : undefined
  },
})

/** Nothing written yet: never linked. */
export const deviceOf = (row: RawLink | undefined): DeviceState => ({
  state: row?.state ?? 'unlinked',
  why: row?.why ?? undefined,
  since: row?.since ?? undefined,
  told: row?.told ?? false,
})

/** As it is now, without a lock: for whoever looks from outside. */
export async function readDevice(db: {
  query(sql: string, values: unknown[]): Promise<unknown>
}): Promise<DeviceState> {
  const answer = await db.query('SELECT state, why, since, told FROM whatsapp_link WHERE channel = $1', [
    LINKED_CHANNEL,
  ])
  return deviceOf((answer as RawLink[])[0])
}
