import type { OutboxQueue } from '../app/outbox-port.js'
import type { ExternalId } from '../kernel/ids.js'
import type { Capabilities } from '../messaging/channel.js'
import { fit } from '../messaging/fit.js'
import type { Address } from '../messaging/inbound.js'
import type { Rendered } from '../messaging/outbound.js'
import type { Translate } from '../messaging/translate.js'

/**
 * The network message that went to this chat under this id, put into words again; for a network where each part of a row
 * has one id. Undefined: none went there, or it said a secret, which is forgotten once it is out.
 */
export async function sayAgain(
  { queue, translate }: { readonly queue: Pick<OutboxQueue, 'sentAs'>; readonly translate: Translate },
  to: Address,
  id: ExternalId,
  capabilities: Capabilities,
): Promise<Rendered | undefined> {
  const row = await queue.sentAs(to, id)
  if (!row || row.message.secret) return undefined
  const parts = fit(row.message, capabilities, (words) => translate(words, row.locale))
  return parts[row.extIds.indexOf(id)]
}
