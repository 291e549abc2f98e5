import type { ChatId } from '../../../kernel/ids.js'
import type { PersonIds } from './update-map.js'

/** Who is who: a person's chat keeps its name, whatever number or id WhatsApp knows them under later. */
export interface People {
  /**
   * The chat of this person, begun under the number where it is seen, else under the business-scoped id.
   * `others`: other ids of theirs have chats of their own; it is so until the citizens are joined and `giveUp` was called
   * for each, and only then is it remembered what this person is called.
   * @param before what they were called until now, where they, or WhatsApp, said that this has changed
   */
  placeChat(
    person: PersonIds,
    before?: PersonIds,
  ): Promise<{ readonly chat: ChatId; readonly others: readonly ChatId[] }>
  /** A change of somebody's number or id, which WhatsApp tells again for days, was carried out. */
  hasMoved(change: string): Promise<boolean>
  /** Once this is written down, the same change told again changes nothing. */
  moved(change: string): Promise<void>
  /** Every id that led to `other` leads to `chat`, and what still waits for it goes to the same person. */
  giveUp(other: ChatId, chat: ChatId): Promise<void>
  /** Nothing is remembered: a receipt may be late, or of a number given away. */
  findChat(person: PersonIds): Promise<ChatId>
  /** The number or business-scoped id under which they were seen last; undefined: only a linked device knows them. */
  recipientOf(chat: ChatId): Promise<string | undefined>
}
