/** Chats on WhatsApp that began by the way that is not configured now: on a linked device, or on the Cloud API. */
export interface ChatsOfOtherWay {
  /** They can be written to, or are known again when they write. */
  readonly known: number
  /** Nobody knows their number. */
  readonly unknown: number
}

const A_CALL = 'what is for them becomes a call to make where a phone number was left'

/** What somebody must know who has changed WHATSAPP_TRANSPORT on a running town; undefined: there are no such chats. */
export function otherWaySentence(
  transport: 'cloud' | 'baileys',
  { known, unknown }: ChatsOfOtherWay,
): string | undefined {
  const count = known + unknown
  if (count === 0) return undefined
  if (transport === 'baileys') {
    const hidden = unknown > 0 ? ` (${unknown} with a hidden number begin anew then)` : ''
    return `${count} chats began on the Cloud API and go on when the person writes${hidden}; until then ${A_CALL}`
  }
  const on = known > 0 ? [`${known} go on under their number`] : []
  const not =
    unknown > 0 ? [`${unknown} have no number that is sure, and until the person writes ${A_CALL}`] : []
  return `${count} chats began on the linked device: ${[...on, ...not].join('; ')}`
}
