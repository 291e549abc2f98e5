import type { ChatId } from '../../../kernel/ids.js'
import type { PersonIds } from './update-map.js'

/** Who is who: a person's chat keeps its name, whatever number or id WhatsApp knows them under later. */
export interface People {
  /** The chat of this person, begun under the number where it is seen, else under the business-scoped id. */
  chatOf(person: PersonIds): Promise<ChatId>
  /** The same, where nothing shows that the person is there now: a receipt may be late, or of a number given away. */
  findChat(person: PersonIds): Promise<ChatId>
  /** They said themselves that they have another number, or WhatsApp that they have another id. */
  moved(from: PersonIds, to: PersonIds): Promise<void>
  /** The number or business-scoped id under which they were seen last. */
  recipientOf(chat: ChatId): Promise<string>
}
