/** Numbers are given to somebody else one day, and the two ways of WhatsApp share nothing else by which to notice it. */
const NUMBER_IS_SURE_FOR = '90 days'

/**
 * SQL: the person of this chat of WhatsApp wrote so lately that their number is still theirs.
 * @param chat a column with its table: `w.chat`
 */
export const heardLately = (chat: `${string}.chat`): string =>
  `EXISTS (SELECT FROM address lately WHERE lately.channel = 'whatsapp' AND lately.chat = ${chat}
             AND lately.last_inbound_at > now() - interval '${NUMBER_IS_SURE_FOR}')`
