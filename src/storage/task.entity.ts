import { EntitySchema } from 'typeorm'
import type { Attachment, NewCall, TimerKind, TimerPayload } from '../app/ports.js'
import type {
  AttachmentId,
  ChannelName,
  ChatId,
  CitizenId,
  MediaKey,
  ReportId,
  StaffId,
} from '../kernel/ids.js'
import type { Text } from '../kernel/text.js'
import type { MediaKind, MediaRef } from '../messaging/inbound.js'
import { column } from './columns.js'

export interface AttachmentRow {
  id: AttachmentId
  channel: ChannelName
  chat: ChatId
  report: ReportId | null
  kind: MediaKind
  ref: MediaRef
  status: Attachment['status']
  why: string | null
  mediaKey: MediaKey | null
  createdAt: Date
}

export const attachments = new EntitySchema<AttachmentRow>({
  name: 'attachment',
  columns: {
    id: { ...column.text('id'), primary: true },
    channel: column.text('channel'),
    chat: column.text('chat'),
    report: column.optionalReference('report'),
    kind: column.text('kind'),
    ref: column.json('ref'),
    status: column.text('status'),
    why: column.optionalText('why'),
    mediaKey: column.optionalText('media_key'),
    createdAt: column.moment('created_at'),
  },
})

export interface CallRow {
  id: number
  report: ReportId | null
  citizen: CitizenId | null
  phone: string
  reason: NewCall['reason']
  say: readonly Text[]
  status: 'open' | 'done' | 'replaced'
  createdAt: Date
  dueAt: Date
  tries: number
  outcome: 'told' | 'nobody' | 'wrong_number' | null
  doneAt: Date | null
  doneBy: StaffId | null
}

export const calls = new EntitySchema<CallRow>({
  name: 'call_task',
  columns: {
    id: column.identity,
    report: column.optionalReference('report'),
    citizen: column.optionalReference('citizen'),
    phone: column.text('phone'),
    reason: column.text('reason'),
    say: column.json('say'),
    status: column.text('status'),
    createdAt: column.moment('created_at'),
    dueAt: column.moment('due_at'),
    tries: column.integer('tries'),
    outcome: column.optionalText('outcome'),
    doneAt: column.optionalMoment('done_at'),
    doneBy: column.optionalReference('done_by'),
  },
})

export interface TimerRow {
  kind: TimerKind
  key: string
  dueAt: Date
  payload: TimerPayload
  attempts: number
}

export const timers = new EntitySchema<TimerRow>({
  name: 'timer',
  columns: {
    kind: { ...column.text('kind'), primary: true },
    key: { ...column.text('key'), primary: true },
    dueAt: column.moment('due_at'),
    payload: column.json('payload'),
    attempts: column.integer('attempts'),
  },
})

export interface AccessRow {
  id: number
  at: Date
  staff: StaffId
  what: 'contacts' | 'report'
  report: ReportId | null
}

export const accesses = new EntitySchema<AccessRow>({
  name: 'access_log',
  columns: {
    id: column.identity,
    at: column.moment('at'),
    staff: column.reference('staff'),
    what: column.text('what'),
    report: column.optionalReference('report'),
  },
})
