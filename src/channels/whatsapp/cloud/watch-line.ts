import { HOUR } from '../../../kernel/clock.js'
import type { Log } from '../../../kernel/logger.js'
import type { AboutTrouble, ApprovedText, HeldTrouble, LineTrouble } from '../../../messaging/trouble.js'

/** Resolves once it is written down, or with what is not over yet: another process may hold it, or one of before. */
export type TellTrouble = (
  trouble: LineTrouble | undefined,
  about?: AboutTrouble,
) => Promise<HeldTrouble | undefined>

/**
 * What Meta tells only after it took a message is not over because it takes the next one. Until there has been nothing
 * of it for so long, everybody would hear in turn that it works and that it does not.
 */
export const HELD_FOR_MS = 6 * HOUR

/** Where the fault of no single template is kept. */
const LINE = ''
const keyOf = (template: ApprovedText | undefined): string =>
  template ? `${template.name}/${template.language}` : LINE

/** What keeps messages from going out, as it was seen last; told once for each change, in order, until it is written. */
export function watchLine(deps: { tell: TellTrouble; log: Log; now?: () => number }) {
  const { tell, log, now = Date.now } = deps
  const seen = new Map<string, LineTrouble | undefined>()
  // Nothing yet: what was told before this start may be over.
  const told = new Map<string, LineTrouble | undefined>()
  let heldUntil = 0
  let heldAsWritten = 0
  let telling = Promise.resolve()

  function note(trouble: LineTrouble | undefined, template?: ApprovedText): void {
    const of = keyOf(template)
    if (trouble && seen.get(of) !== trouble)
      log.error(
        { channel: 'whatsapp', trouble, ...(template && { template: of }) },
        'WhatsApp does not send: somebody must do something',
      )
    seen.set(of, trouble)
    telling = telling.then(() => tellNewest(template))
  }

  async function tellNewest(template: ApprovedText | undefined): Promise<void> {
    const of = keyOf(template)
    const trouble = seen.get(of)
    const until = heldUntil
    const isWritten = of !== LINE || until === heldAsWritten
    if (told.has(of) && told.get(of) === trouble && isWritten) return
    try {
      const held = await tell(trouble, template ? { template } : { heldUntil: until })
      told.set(of, held ? held.trouble : trouble)
      if (of === LINE) heldAsWritten = held ? held.until : until
      // What was noted meanwhile is newer.
      if (held && seen.get(of) === trouble && heldUntil === until) {
        seen.set(of, held.trouble)
        heldUntil = held.until
      }
    } catch (error) {
      log.warn({ error }, 'The supervisors could not be told about WhatsApp; the next message tries again')
    }
  }

  function works(): void {
    if (now() < heldUntil) return
    heldUntil = 0
    note(undefined)
  }

  return {
    /** A message was refused for it. */
    failed(trouble: LineTrouble, template?: ApprovedText): void {
      if (template === undefined) heldUntil = 0
      note(trouble, template)
    },

    /** Meta tells by itself, whatever it answered before. */
    failedLater(trouble: LineTrouble): void {
      heldUntil = now() + HELD_FOR_MS
      note(trouble)
    },

    /** A message was taken. It says nothing about other templates than its own. */
    took(template?: ApprovedText): void {
      works()
      if (template !== undefined) note(undefined, template)
    },

    /** A message arrived: also where another process sends, what was told by itself is over one day. */
    arrived(): void {
      if (heldUntil > 0) works()
    },

    trouble: (): LineTrouble | undefined =>
      seen.get(LINE) ?? [...seen.values()].find((trouble) => trouble !== undefined),

    /** Resolves when nothing is being told any more. */
    settled: (): Promise<void> => telling,
  }
}
