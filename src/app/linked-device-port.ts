import type { StaffId } from '../kernel/ids.js'

/** Something that the linked device keeps under a kind and an id; null: it is to be removed. */
export interface KeyRow {
  readonly kind: string
  readonly id: string
  readonly value: unknown
}

/** A message as it came, decrypted; kept until the conversation has stored what it means. */
export interface RawMessage {
  /** From whom, when, under which number: the attributes of its stanza. */
  readonly envelope: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface StoredMessage extends RawMessage {
  readonly seq: number
}

/** Another process has begun a term since: what this one holds is old, and it may write nothing. */
export class TermOver extends Error {}

/** The time during which one process is the linked device. */
export interface DeviceTerm {
  keys(kind: string, ids: readonly string[]): Promise<ReadonlyMap<string, unknown>>
  /** All of it in one transaction, or nothing. Rejects with `TermOver`. */
  write(rows: readonly KeyRow[], messages?: readonly RawMessage[]): Promise<void>
  /** Forgets every key: the device is linked no more. Rejects with `TermOver`. */
  wipe(): Promise<void>
}

/** The names under which WhatsApp knows one person. */
export interface NetworkIds {
  /** Hides the number; the better name, as numbers change hands. */
  readonly lid?: string
  readonly phone?: string
}

export interface DeviceStore {
  /** From now on, whoever wrote before cannot write any more. */
  beginTerm(): Promise<DeviceTerm>
  /** How the link stood when that was noted last. */
  lastSeen(): Promise<DeviceState>
  /** Messages that the conversation has not heard, in the order in which they came. */
  unheard(limit: number): Promise<StoredMessage[]>
  heard(seqs: readonly number[]): Promise<void>
  /**
   * The chat of this person, which stays the same for ever. `other`: both names have a chat of their own; it is so until
   * the citizens are joined and `giveUp` was called.
   */
  placeChat(ids: NetworkIds): Promise<{ readonly chat: string; readonly other?: string }>
  /** Every name that led to `other` leads to `chat`. */
  giveUp(other: string, chat: string): Promise<void>
  /** Undefined: nobody of this name ever wrote. */
  chatOf(id: string): Promise<string | undefined>
  /** Every name that leads to this chat, or to the one for which it was given up; empty: nobody ever wrote from there. */
  idsOf(chat: string): Promise<readonly string[]>
  /** Whether somebody has just asked for a code to link the device, and was shown none; asking takes the wish away. */
  takeCodeWish(): Promise<boolean>
}

/** `down`: it is being tried again; `unlinked`: a person must link it; `stopped`: a person must look. */
export type DeviceStateName = 'open' | 'down' | 'unlinked' | 'stopped'

/** How the link to WhatsApp stands, as it was last seen by the process that holds it. */
export interface DeviceState {
  readonly state: DeviceStateName
  /** A word of ours: `logged-out`, `forbidden`, `outdated` … */
  readonly why?: string
  readonly since?: Date
  /** The supervisors were told of this outage. */
  readonly told: boolean
}

/** The link's state within a transaction. */
export interface DeviceStates {
  /** Locks it until the end of the transaction. */
  lock(): Promise<DeviceState>
  save(state: DeviceState): Promise<void>
  askForCode(by: StaffId): Promise<void>
  /** Nobody waits for a code any more. */
  dropCodeWish(): Promise<void>
  /** Who asked for the last code. */
  askedBy(): Promise<StaffId | undefined>
}
