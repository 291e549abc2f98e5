import type { Status } from '../domain/report.js'
import type { ChannelName } from '../kernel/ids.js'
import type { SendResult } from '../messaging/channel.js'
import type { DeviceStateName } from './linked-device-port.js'

/** What became of an update that came in; `dropped`: beyond the limit of a minute. */
export type UpdateOutcome = 'done' | 'repeat' | 'dropped' | 'set_aside'

/** Counts what happens. Every call is cheap, and none fails. */
export interface Figures {
  updated(channel: ChannelName, outcome: UpdateOutcome): void
  /** Turns that shared one transaction: the seconds of each, from the arrival of its update to the commit. */
  turned(seconds: readonly number[]): void
  sent(channel: ChannelName, result: SendResult['type']): void
  digested(digests: number): void
}

/** What waits at this moment, as the database knows it. */
export interface Backlog {
  /** Channels with something to send. */
  readonly outbox: readonly {
    readonly channel: ChannelName
    readonly messages: number
    /** Since the oldest of them was written. */
    readonly oldestSeconds: number
    /** For how long a chat could have been sent to and nobody did; 0: each is in hand, or its network asked us to wait. */
    readonly unattendedSeconds: number
  }[]
  readonly jobs: { readonly waiting: number; readonly failed: number }
  /** Due, and two ticks of the schedule have passed. */
  readonly timersOverdue: number
  readonly setAside: number
  readonly openReports: readonly { readonly status: Status; readonly reports: number }[]
}

/** One of the lines to the networks, as this process serves it. */
export interface LineState {
  readonly channel: ChannelName
  /** It has been started: from now on it takes in. */
  readonly started: boolean
  /** Only where one process polls for all: whether it is this one. */
  readonly leads?: boolean
  /** False: what waits there waits for the line, or for another process. */
  readonly sends?: boolean
  /** What keeps messages from going out until somebody does something about it. */
  readonly trouble?: string
  /** Where a line must be held open, and this process holds it: how it stands. */
  readonly link?: { readonly state: DeviceStateName; readonly why?: string }
}
