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
