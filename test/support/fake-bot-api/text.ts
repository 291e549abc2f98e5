import type { MessageEntity } from 'grammy/types'
import { refuse } from './refusal.js'
import { parseHtml } from './text-html.js'
import { parseMarkdown } from './text-markdown.js'

export interface Formatted {
  text: string
  entities: MessageEntity[]
}

/** UTF-16 units after the entities were parsed (Bot API, "sendMessage", "sendPhoto"). */
export const MAX_TEXT = 4096
export const MAX_CAPTION = 1024

const DETECTED =
  /(?<![\w/@#.])\/[a-z0-9_]{1,64}(?:@\w{3,32})?|https?:\/\/[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w@])@[a-z]\w{2,31}|(?<![\w&])#[\p{L}\d_]+/giu

function typeOf(found: string): 'bot_command' | 'hashtag' | 'mention' | 'url' | 'email' {
  if (found.startsWith('/')) return 'bot_command'
  if (found.startsWith('#')) return 'hashtag'
  if (found.startsWith('@')) return 'mention'
  return /^https?:/i.test(found) ? 'url' : 'email'
}

/** The entities that Telegram finds by itself: commands, addresses, mentions and hashtags. */
export function detectEntities(text: string): MessageEntity[] {
  if (!/[/@#]/.test(text)) return []
  const entities: MessageEntity[] = []
  for (const match of text.matchAll(DETECTED)) {
    const found = match[0]
    entities.push({ type: typeOf(found), offset: match.index, length: found.length })
  }
  return entities
}

const overlaps = (a: MessageEntity, b: MessageEntity) =>
  a.offset < b.offset + b.length && b.offset < a.offset + a.length

/** Cuts blanks at both ends and moves the entities along. */
function trimmed({ text, entities }: Formatted): Formatted {
  const start = text.length - text.trimStart().length
  const kept = text.trim()
  if (start === 0 && kept.length === text.length) return { text, entities }
  const moved = entities.flatMap((entity) => {
    const offset = Math.max(0, entity.offset - start)
    const end = Math.min(kept.length, entity.offset + entity.length - start)
    return end > offset ? [{ ...entity, offset, length: end - offset }] : []
  })
  return { text: kept, entities: moved }
}

function parsed(text: string, parseMode: unknown, entities: unknown): Formatted {
  const mode = String(parseMode ?? '').toLowerCase()
  if (mode === 'html') return parseHtml(text)
  if (mode === 'markdownv2') return parseMarkdown(text)
  if (mode === 'markdown')
    return refuse('the fake Bot API does not read legacy Markdown: use HTML or MarkdownV2')
  if (mode !== '' && mode !== 'none') return refuse('unsupported parse_mode')
  return { text, entities: Array.isArray(entities) ? entities : [] }
}

/** Text as it will be shown, or a refusal. `what` is how the real server calls it. */
export function readText(
  text: unknown,
  parseMode: unknown,
  entities: unknown,
  { limit, what }: { limit: number; what: 'message' | 'message caption' },
): Formatted {
  const formatted = trimmed(parsed(String(text ?? ''), parseMode, entities))
  if (formatted.text.length > limit) return refuse(`${what} is too long`)
  const found = detectEntities(formatted.text)
  if (found.length === 0) return formatted
  const given = formatted.entities
  const all = [...given, ...found.filter((entity) => !given.some((other) => overlaps(entity, other)))]
  return { text: formatted.text, entities: all.sort((a, b) => a.offset - b.offset || b.length - a.length) }
}
