import type { Role, Staff } from '../domain/staff.js'
import type { ChannelName, CitizenId, Locale, OfficeCode, ReportId, StaffId, UserId } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'

export interface Citizen {
  readonly id: CitizenId
  readonly locale: Locale
  readonly name?: string
  readonly phone?: string
}

export interface Citizens {
  /**
   * The citizen at this address, made when it is the first time. `phone`: the number that the app itself tells; it is
   * kept where none is known yet.
   */
  at(address: Address, first: { locale: Locale; name?: string; phone?: string }): Promise<Citizen>
  find(address: Address): Promise<Citizen | undefined>
  get(id: CitizenId): Promise<Citizen | undefined>
  setLocale(address: Address, locale: Locale): Promise<void>
  setPhone(id: CitizenId, phone: string): Promise<void>
  recordNotice(id: CitizenId, version: string, at: Date): Promise<void>
  /** Where to write to this person now: the reachable address last used; undefined: only a phone, or nothing. */
  addressOf(id: CitizenId): Promise<(Address & { reachable: boolean }) | undefined>
  /** All chats of this person, the one last used first. */
  addressesOf(id: CitizenId): Promise<(Address & { reachable: boolean })[]>
  followersOf(report: ReportId): Promise<Citizen[]>
  /** A second time is nothing. */
  follow(report: ReportId, citizen: CitizenId, at: Date): Promise<void>
}

export interface Invite {
  readonly role: Role
  readonly frontDesk: boolean
  readonly offices: readonly OfficeCode[]
}

export interface StaffMember extends Staff {
  readonly address: Address
}

export interface StaffRegister {
  /** Who acts under this network identity now. */
  find(channel: ChannelName, actor: UserId): Promise<StaffMember | undefined>
  get(id: StaffId): Promise<StaffMember | undefined>
  add(person: Omit<StaffMember, 'id'> & { actor: UserId }): Promise<StaffMember>
  /** Operators of the office; with `frontDesk`, whoever has that right. */
  ofOffice(office: OfficeCode): Promise<StaffMember[]>
  supervisors(): Promise<StaffMember[]>
  setLocale(id: StaffId, locale: Locale): Promise<void>
  /** Everybody on these channels leaves at once. */
  removeFrom(channels: readonly ChannelName[], at: Date): Promise<void>
  /** Everybody who has the front desk's right. */
  atFrontDesk(): Promise<StaffMember[]>
  addInvite(
    tokenHash: string,
    invite: Invite,
    life: { createdAt: Date; expiresAt: Date; createdBy?: StaffId },
  ): Promise<void>
  /** Locks it; undefined: never existed. */
  lockInvite(tokenHash: string): Promise<(Invite & { expiresAt: Date; usedAt?: Date }) | undefined>
  useInvite(tokenHash: string, by: StaffId, at: Date): Promise<void>
}
