import { type Text, text } from '../kernel/text.js'
import {
  type AboutTrouble,
  type ApprovedText,
  type HeldTrouble,
  LINE_TROUBLES,
  type LineTrouble,
  type TemplateNews,
} from '../messaging/trouble.js'
import type { Tx } from './ports.js'
import { tellStaff } from './tell-staff.js'

const LINE = 'whatsapp_trouble'
/** Under which it is kept that the supervisors know of a single text, apart from the line and from the others. */
const keyOf = ({ name, language }: ApprovedText): string => `${LINE}/${name}/${language}`

/** Until when it counts, in milliseconds since 1970, whatever is taken meanwhile. */
const HELD = 'whatsapp_trouble_held'

/**
 * Something keeps WhatsApp from sending until a person does something about it, or it goes out again (undefined). The
 * supervisors hear of each change once, however many messages and processes meet it. Returned is what is not over yet,
 * as another process, or this one before its start, was told to hold it.
 */
export async function tellTrouble(
  tx: Pick<Tx, 'notes' | 'staff' | 'outbox'>,
  now: number,
  trouble: LineTrouble | undefined,
  { template, heldUntil }: AboutTrouble = {},
): Promise<HeldTrouble | undefined> {
  if (template === undefined) {
    // another process may be told at this moment to hold what this one believes to be over
    await tx.notes.lock(LINE)
    const held = trouble ? undefined : await heldNow(tx, now)
    if (held) return held
    await tx.notes.change(HELD, heldUntil ? String(heldUntil) : null)
  }
  if (!(await tx.notes.change(template ? keyOf(template) : LINE, trouble ?? null))) return undefined
  const body = template ? newsOfText(template, trouble) : newsOfLine(trouble)
  tellStaff(tx, await tx.staff.supervisors(), () => ({ body }))
  return undefined
}

const newsOfLine = (trouble: LineTrouble | undefined): Text[] =>
  trouble
    ? [
        text(`staff.whatsapp.${trouble}`),
        text(trouble === 'template' ? 'staff.whatsapp.calls' : 'staff.whatsapp.waits'),
      ]
    : [text('staff.whatsapp.works')]

const newsOfText = ({ name, language }: ApprovedText, trouble: LineTrouble | undefined): Text[] =>
  trouble
    ? [text('staff.whatsapp.template_stopped', { name, language }), text('staff.whatsapp.calls')]
    : [text('staff.whatsapp.template_works', { name, language })]

async function heldNow({ notes }: Pick<Tx, 'notes'>, now: number): Promise<HeldTrouble | undefined> {
  const until = Number((await notes.get(HELD)) ?? 0)
  if (until <= now) return undefined
  const trouble = await notes.get(LINE)
  return LINE_TROUBLES.flatMap((known) => (known === trouble ? { trouble: known, until } : []))[0]
}

/**
 * Meta tells what became of a text. The supervisors hear each change once; who has heard of a pause already, from a
 * message that was refused for it, hears no more. True: it was news.
 */
export async function tellTemplate(
  tx: Pick<Tx, 'notes' | 'staff' | 'outbox'>,
  { name, language, state }: TemplateNews,
): Promise<boolean> {
  if (!(await tx.notes.change(`whatsapp_template/${name}/${language}`, state))) return false
  const known = !(await tx.notes.change(keyOf({ name, language }), state === 'approved' ? null : 'template'))
  if (known && state === 'paused') return true
  const says = text(`staff.whatsapp.template_${state}`, { name, language })
  const body = state === 'approved' ? [says] : [says, text('staff.whatsapp.calls')]
  tellStaff(tx, await tx.staff.supervisors(), () => ({ body }))
  return true
}
