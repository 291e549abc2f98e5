import type { DialogEvent, Move } from '../dialog/dialog.js'

/** Something else was said: whoever is below hears it. What cannot begin anything leaves the question as it is. */
export const leaveFor = ({ type }: DialogEvent): Move | null =>
  type === 'text' || type === 'media' || type === 'location' ? { end: true, pass: true } : null
