import type { Chance } from './chance.js'
import type { Finding } from './verdict.js'

/** What one waits for in an answer: a piece of it, a pattern, or any condition. */
export type Seen = string | RegExp | ((text: string, choices: readonly string[]) => boolean)

/** A person with a phone, on whatever network: says, shows and chooses as people do there. */
export interface Hand {
  /** As the product calls the chat. */
  readonly chat: string
  say(words: string): void | Promise<void>
  /** A button, or the number before it. Throws when nobody offers it. */
  choose(label: string | RegExp): void | Promise<void>
  showPlace(lat: number, lon: number): void | Promise<void>
  sendPhoto(bytes: Buffer, caption?: string): void | Promise<void>
  sendAlbum(photos: readonly Buffer[], caption: string): void | Promise<void>
  /** Changes a caption that it wrote. */
  correct(caption: string, words: string): void | Promise<void>
  /** Resolves with the words of the answer to the last thing that it did; rejects with what came instead. */
  sees(seen: Seen, timeoutMs: number): Promise<string>
  /** True if these words ever stood in the chat. */
  heard(words: string): boolean
}

/** A message of the town as the network took it; an album has several ids. */
export interface Arrival {
  readonly ids: readonly string[]
  readonly words: string
}

/** Where citizens write: a network with faults, and with a memory of all that it took and gave. */
export interface CitizenSide {
  /** As the product calls it. */
  readonly channel: string
  /** Whether the town can change there what it said. */
  readonly edits: boolean
  /** What the product's processes are told for it. */
  readonly env: Readonly<Record<string, string>>
  /** Resolves when citizens can write; the product runs, and the network is undisturbed. */
  open(patienceMs: number): Promise<void>
  hand(index: number): Hand
  /** Things go wrong by chance from here on. */
  disturb(chance: Chance): void
  undisturbed(): void
  /** Resolves when the network has nothing left that it must hand over. */
  settled(withinMs: number): Promise<void>
  /** What was said to each chat, in the order in which the network took it. */
  arrivals(): ReadonlyMap<string, readonly Arrival[]>
  /** Files that the product fetched whole. */
  readonly filesServed: number
  readonly faultsDealt: number
  /** What must hold on this network alone. */
  findings(): Promise<readonly Finding[]>
}
