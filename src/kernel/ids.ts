declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** The name under which a channel is registered, e.g. `telegram`, `telegram-staff`, `simulator`. */
export type ChannelName = Branded<string, 'ChannelName'>
/** A chat as its network calls it; unique only together with the channel. */
export type ChatId = Branded<string, 'ChatId'>
/** A person as the network calls them; differs from the chat in groups. */
export type UserId = Branded<string, 'UserId'>
/** A message as the network numbered it; unique only within its chat. */
export type ExternalId = Branded<string, 'ExternalId'>
/** The public number of a report: "the 351". */
export type ReportId = Branded<number, 'ReportId'>
export type CitizenId = Branded<number, 'CitizenId'>
export type StaffId = Branded<number, 'StaffId'>
export type AttachmentId = Branded<string, 'AttachmentId'>
/** Office and category codes come from the municipality file. */
export type OfficeCode = Branded<string, 'OfficeCode'>
export type CategoryCode = Branded<string, 'CategoryCode'>
/** Where the stored file lies: the SHA-256 of its content and its extension. */
export type MediaKey = Branded<string, 'MediaKey'>

/** Languages that are complete in `locales/`. */
export const LOCALES = ['it', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/** Takes a plain value over the border where its kind is known. */
export const as = <T extends Branded<string | number, string>>(
  value: T extends number ? number : string,
): T => value as unknown as T
