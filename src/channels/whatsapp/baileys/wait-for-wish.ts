import type { DeviceStore } from '../../../app/linked-device-port.js'
import { SECOND } from '../../../kernel/clock.js'

const LOOK_AGAIN_MS = SECOND

export interface WishDeps {
  readonly store: Pick<DeviceStore, 'takeCodeWish'>
  /** Somebody sits at a terminal: the first code is shown there without being asked for. */
  readonly watched: boolean
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Resolves when a person wants to link the device, with where they wait for the code; undefined: it is over. */
export function createWishes({ store, watched, pause }: WishDeps) {
  let shownUnasked = !watched
  return async (over: AbortSignal): Promise<'terminal' | 'bot' | undefined> => {
    while (!over.aborted) {
      if (!shownUnasked) {
        shownUnasked = true
        return 'terminal'
      }
      if (await store.takeCodeWish().catch(() => false)) return 'bot'
      await pause(LOOK_AGAIN_MS, over)
    }
    return undefined
  }
}
