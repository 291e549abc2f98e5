import type { Device } from './device.js'
import type { Faults } from './faults.js'
import type { FileStore } from './file-store.js'
import type { Handset, Sealed } from './handset.js'
import type { Journal } from './journal.js'
import type { KeyBundle } from './key-bundle.js'

/** A sealed message on its way to a phone. */
export interface Letter {
  /** The device of the town that wrote it. */
  device: Device
  /** The chat as the device addresses it: the phone's LID or its number. */
  chat: string
  id: string
  sealed: Sealed
}

/** A phone, as the server deals with it. */
export interface PhoneEnd {
  /** `…@lid` */
  readonly lid: string
  /** `…@s.whatsapp.net`; absent if the town is not to know it. */
  readonly pn?: string
  readonly handset: Handset
  /** A message for it; it says itself, with receipts, what became of it. */
  take(letter: Letter): Promise<void>
  /** A device could not read a message, and perhaps sent fresh keys along. */
  sendAgain(id: string, device: Device, count: number, bundle: KeyBundle | undefined): Promise<void>
}

/** The town's account: a phone with its number, and the devices that it linked. */
export interface TownAccount {
  /** Digits only. */
  readonly number: string
  /** The user of its LID, digits only. */
  readonly lid: string
  readonly handset: Handset
  readonly devices: Map<number, Device>
  /** Messages of linked devices, as the town's own phone shows them: id → text. */
  readonly copies: Map<string, string>
}

/** All that the server knows. It outlives every connection. */
export interface World {
  now(): number
  /** Unix seconds, as in every `t`. */
  seconds(): number
  readonly town: TownAccount
  /** By the user of their LID and by their number. */
  readonly phones: Map<string, PhoneEnd>
  readonly faults: Faults
  readonly journal: Journal
  readonly files: FileStore
  /** Where a sealed file is fetched. */
  urlOf(path: string): string
  /** Host and port of the uploads. */
  uploadHost(): string
  newId(): string
  /** Something is wrong in the fake itself: it is kept, and `stop()` tells it. */
  fail(reason: unknown): void
}

/** The devices that are linked now. */
export const linkedDevices = ({ town }: World): Device[] =>
  [...town.devices.values()].filter((device) => device.linked)
