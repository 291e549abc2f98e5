/** What keeps a line from sending until a person does something about it. */
export const LINE_TROUBLES = [
  'token',
  'permission',
  'locked',
  'payment',
  'spam',
  'number',
  'template',
] as const
export type LineTrouble = (typeof LINE_TROUBLES)[number]

/** A text that is approved, paused and deleted by itself: in each language apart. */
export interface ApprovedText {
  readonly name: string
  /** Meta's code of it. */
  readonly language: string
}

export interface AboutTrouble {
  /** It is of this approved text alone. */
  readonly template?: ApprovedText
  /** Milliseconds since 1970: until then it is not over because something is taken. */
  readonly heldUntil?: number
}

/** What is not over, and until when it is held for that. */
export interface HeldTrouble {
  readonly trouble: LineTrouble
  readonly until: number
}

/** What Meta says of a text that is to be approved: `paused` ends by itself, `disabled` does not; `deleted`: by the town. */
export type TemplateState = 'approved' | 'rejected' | 'paused' | 'disabled' | 'deleted'

export interface TemplateNews extends ApprovedText {
  readonly state: TemplateState
}
