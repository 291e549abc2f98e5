import { EntitySchema } from 'typeorm'
import type { Role } from '../domain/staff.js'
import type { ChannelName, ChatId, CitizenId, Locale, OfficeCode, StaffId, UserId } from '../kernel/ids.js'
import { column } from './columns.js'

export interface CitizenRow {
  id: CitizenId
  locale: Locale
  name: string | null
  phone: string | null
  noticeVersion: string | null
  noticeAt: Date | null
}

export const citizens = new EntitySchema<CitizenRow>({
  name: 'citizen',
  columns: {
    id: column.identity,
    locale: column.text('locale'),
    name: column.optionalText('name'),
    phone: column.optionalText('phone'),
    noticeVersion: column.optionalText('notice_version'),
    noticeAt: column.optionalMoment('notice_at'),
  },
})

export interface StaffRow {
  id: StaffId
  name: string
  role: Role
  frontDesk: boolean
  locale: Locale
  channel: ChannelName
  actor: UserId
  chat: ChatId
  joinedAt: Date
}

export const staff = new EntitySchema<StaffRow>({
  name: 'staff',
  columns: {
    id: column.identity,
    name: column.text('name'),
    role: column.text('role'),
    frontDesk: column.flag('front_desk'),
    locale: column.text('locale'),
    channel: column.text('channel'),
    actor: column.text('actor'),
    chat: column.text('chat'),
    joinedAt: column.moment('joined_at'),
  },
})

export interface StaffOfficeRow {
  staff: StaffId
  office: OfficeCode
}

export const staffOffices = new EntitySchema<StaffOfficeRow>({
  name: 'staff_office',
  columns: {
    staff: { ...column.reference('staff'), primary: true },
    office: { ...column.text('office'), primary: true },
  },
})

export interface InviteRow {
  tokenHash: string
  role: Role
  frontDesk: boolean
  offices: OfficeCode[]
  createdAt: Date
  createdBy: StaffId | null
  expiresAt: Date
  usedAt: Date | null
  usedBy: StaffId | null
}

export const invites = new EntitySchema<InviteRow>({
  name: 'invite',
  columns: {
    tokenHash: { ...column.text('token_hash'), primary: true },
    role: column.text('role'),
    frontDesk: column.flag('front_desk'),
    offices: { ...column.text('offices'), array: true },
    createdAt: column.moment('created_at'),
    createdBy: column.optionalReference('created_by'),
    expiresAt: column.moment('expires_at'),
    usedAt: column.optionalMoment('used_at'),
    usedBy: column.optionalReference('used_by'),
  },
})
