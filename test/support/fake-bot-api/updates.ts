import type { CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update, User } from 'grammy/types'
import type { ShownMessage } from './chat-log.js'
import type { BotState, ChatState, Standing } from './state.js'

type NewUpdate = Omit<Update, 'update_id'>

/** A message of a person as it reaches the bot. */
export function messageFrom(bot: BotState, chat: ChatState, from: User, content: Partial<Message>): Message {
  return {
    message_id: chat.nextMessageId(),
    from,
    chat: chat.chat,
    date: bot.date(),
    ...content,
  } as Message
}

export const messageUpdate = (message: Message): NewUpdate => ({ message }) as NewUpdate

export const editUpdate = (message: Message): NewUpdate => ({ edited_message: message }) as NewUpdate

/** A press of a button under a message; one that is gone is only named (Bot API, "InaccessibleMessage"). */
export function pressQuery(
  bot: BotState,
  chat: ChatState,
  from: User,
  messageId: number,
  shown: ShownMessage | undefined,
  data: string,
): CallbackQuery {
  return {
    id: bot.nextPressId(),
    from,
    message: shown?.raw ?? { message_id: messageId, chat: chat.chat, date: 0 },
    chat_instance: chat.instance,
    data,
  } as CallbackQuery
}

type Status = 'member' | 'administrator' | 'left' | 'kicked'

const STATUS_OF: Record<Standing, Status> = {
  new: 'left',
  open: 'member',
  blocked: 'kicked',
  left: 'left',
  kicked: 'kicked',
}

function memberOf(user: User, status: Status): ChatMember {
  if (status === 'kicked') return { user, status, until_date: 0 }
  if (status !== 'administrator') return { user, status } as ChatMember
  const rights = {
    can_manage_chat: true,
    can_delete_messages: true,
    can_be_edited: false,
    is_anonymous: false,
  }
  return { user, status, ...rights } as ChatMember
}

/** `my_chat_member`: the bot's own membership goes from what it is now to `next`. */
export function membershipChange(bot: BotState, chat: ChatState, by: User, next: Status): NewUpdate {
  const before = chat.isAdministrator && chat.standing === 'open' ? 'administrator' : STATUS_OF[chat.standing]
  // in a private chat a bot is a member from the start
  const old = chat.chat.type === 'private' && chat.standing === 'new' ? 'member' : before
  return {
    my_chat_member: {
      chat: chat.chat,
      from: by,
      date: bot.date(),
      old_chat_member: memberOf(bot.self, old),
      new_chat_member: memberOf(bot.self, next),
    } as ChatMemberUpdated,
  }
}
