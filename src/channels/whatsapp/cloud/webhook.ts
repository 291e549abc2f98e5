import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** In constant time; the digests make the lengths equal. */
const same = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected))
const digest = (value: string) => createHash('sha256').update(value).digest()

/** What Meta asks once, when the address of the webhook is typed in ("Webhooks", "Verification requests"). */
export interface Verification {
  readonly mode?: string
  readonly token?: string
  readonly challenge?: string
}

/** What is to be answered; undefined: it is not Meta who asks. */
export const answerTo = (
  { mode, token, challenge }: Verification,
  verifyToken: string,
): string | undefined =>
  mode === 'subscribe' && token !== undefined && challenge !== undefined && same(token, verifyToken)
    ? challenge
    : undefined

/** Whether the body, byte for byte, was signed with the app's secret ("Webhooks", X-Hub-Signature-256). */
export function isSigned(body: Buffer, header: string | undefined, appSecret: string): boolean {
  if (header === undefined) return false
  return same(header, `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`)
}
