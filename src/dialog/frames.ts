import type { Dialogs, Move } from './dialog.js'
import type { Frame } from './session.js'

/** One only looks there: what waits to be asked need not wait for its end. */
export const isLight = ({ byName }: Dialogs, { dialog, state }: Frame): boolean =>
  byName.get(dialog)?.light?.(state) === true

/** The frames after a move of the one at `index`: changed, ended, another one begun above it. */
export function nextFrames(frames: readonly Frame[], move: Move, index: number): readonly Frame[] {
  const changed = frames.flatMap((frame, at) => {
    if (at !== index) return [frame]
    if (move.end) return []
    return [move.state === undefined ? frame : { ...frame, state: move.state }]
  })
  return move.begin ? [...changed, move.begin] : changed
}
