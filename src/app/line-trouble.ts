import { text } from '../kernel/text.js'
import type { LineTrouble } from '../messaging/trouble.js'
import type { Tx } from './ports.js'
import { tellStaff } from './tell-staff.js'

/** Under which it is kept that the supervisors know; of a single template, apart from the line and from the others. */
const keyOf = (template: string | undefined): string =>
  template === undefined ? 'whatsapp_trouble' : `whatsapp_trouble/${template}`

/**
 * Something keeps WhatsApp from sending until a person does something about it, or it goes out again (undefined). The
 * supervisors hear of each change once, however many messages and processes meet it.
 */
export async function tellTrouble(
  tx: Pick<Tx, 'notes' | 'staff' | 'outbox'>,
  trouble: LineTrouble | undefined,
  template?: string,
): Promise<void> {
  if (!(await tx.notes.change(keyOf(template), trouble ?? null))) return
  const body = trouble
    ? [
        text(`staff.whatsapp.${trouble}`),
        text(trouble === 'template' ? 'staff.whatsapp.calls' : 'staff.whatsapp.waits'),
      ]
    : [text('staff.whatsapp.works')]
  tellStaff(tx, await tx.staff.supervisors(), () => ({ body }))
}
