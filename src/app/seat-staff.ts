import type { Town } from '../domain/town.js'
import type { ChannelName, ChatId, OfficeCode, UserId } from '../kernel/ids.js'
import { startDigests } from './join-staff.js'
import type { UnitOfWork } from './ports.js'

/** A phone of the simulator that staff sit at. */
export interface StaffSeat {
  readonly role: string
  readonly channel: ChannelName
  readonly chat: ChatId
  readonly name: string
}

const OPERATOR = 'operator-'

/** Whoever opens the simulator has staff rights: its phones need no invitation. Does nothing a second time. */
export async function seatStaff(
  unitOfWork: UnitOfWork,
  town: Town,
  seats: readonly StaffSeat[],
  now: Date,
): Promise<void> {
  await unitOfWork.run(async (tx) => {
    for (const { role, channel, chat, name } of seats) {
      if (role !== 'office' && role !== 'supervisor') continue
      const actor = chat as string as UserId
      if (await tx.staff.find(channel, actor)) continue
      const office = chat.slice(OPERATOR.length) as OfficeCode
      const seated = await tx.staff.add({
        name,
        role: role === 'supervisor' ? 'supervisor' : 'operator',
        offices: role === 'supervisor' ? [] : [office],
        frontDesk: role === 'supervisor' || office === town.frontDesk,
        locale: town.locale,
        address: { channel, chat },
        actor,
      })
      await startDigests(tx, town, seated, now)
    }
  })
}

/** In real use nobody sits at the simulator: its staff must not pass for people who read announcements. */
export const unseatStaff = (
  unitOfWork: UnitOfWork,
  channels: readonly ChannelName[],
  now: Date,
): Promise<void> => unitOfWork.run((tx) => tx.staff.removeFrom(channels, now))
