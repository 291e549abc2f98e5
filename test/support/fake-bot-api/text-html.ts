import type { MessageEntity } from 'grammy/types'
import { refuse } from './refusal.js'
import type { Formatted } from './text.js'

const SIMPLE_TAGS: Record<string, 'bold' | 'italic' | 'underline' | 'strikethrough' | 'spoiler' | 'code'> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
  code: 'code',
}

const OTHER_TAGS = new Set(['a', 'pre', 'blockquote', 'tg-emoji'])

const isTag = (name: string) => SIMPLE_TAGS[name] !== undefined || OTHER_TAGS.has(name)

const TAG = /<(\/?)([^\s>]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/y
const REFERENCE = /&(?:#x([0-9a-f]+)|#(\d+)|(lt|gt|amp|quot));?/gi
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' }

interface OpenTag {
  name: string
  attributes: string
  offset: number
}

const decoded = (source: string) =>
  source.replace(REFERENCE, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? ''
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

function attribute(attributes: string, name: string): string {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([\\w.-]+))`).exec(attributes)
  return decoded(found?.[1] ?? found?.[2] ?? found?.[3] ?? '')
}

function entityOf(tag: OpenTag, text: string): MessageEntity {
  const place = { offset: tag.offset, length: text.length - tag.offset }
  const simple = SIMPLE_TAGS[tag.name]
  if (simple !== undefined) return { type: simple, ...place }
  if (tag.name === 'a') {
    return { type: 'text_link', ...place, url: attribute(tag.attributes, 'href') || text.slice(tag.offset) }
  }
  if (tag.name === 'pre') return { type: 'pre', ...place }
  if (tag.name === 'tg-emoji') {
    return { type: 'custom_emoji', ...place, custom_emoji_id: attribute(tag.attributes, 'emoji-id') }
  }
  return { type: /\bexpandable\b/.test(tag.attributes) ? 'expandable_blockquote' : 'blockquote', ...place }
}

/** `<pre><code class="language-x">` is one block of code with a language. */
function merged(
  entities: MessageEntity[],
  pre: MessageEntity,
  languages: Map<MessageEntity, string>,
): MessageEntity {
  const inner = entities.at(-1)
  if (pre.type !== 'pre' || inner?.type !== 'code') return pre
  const language = languages.get(inner)
  if (!language || inner.offset !== pre.offset || inner.length !== pre.length) return pre
  entities.pop()
  return { ...pre, language }
}

const fail = (why: string): never => refuse(`can't parse entities: ${why}`)

/** Reads Telegram's HTML (Bot API, "HTML style") and refuses what Telegram refuses, in its words. */
export function parseHtml(source: string): Formatted {
  const entities: MessageEntity[] = []
  const languages = new Map<MessageEntity, string>()
  const open: OpenTag[] = []
  const byteOffset = (at: number) => `at byte offset ${Buffer.byteLength(source.slice(0, at))}`
  let text = ''

  function start(name: string, attributes: string, at: number) {
    if (!isTag(name)) fail(`Unsupported start tag "${name}" ${byteOffset(at)}`)
    if (name === 'span' && attribute(attributes, 'class') !== 'tg-spoiler') {
      fail(`Tag "span" must have class "tg-spoiler" ${byteOffset(at)}`)
    }
    open.push({ name, attributes, offset: text.length })
  }

  function end(name: string, at: number) {
    const tag = open.pop()
    if (tag === undefined) return fail(`Unexpected end tag ${byteOffset(at)}`)
    if (name !== '' && name !== tag.name) {
      fail(`Unmatched end tag ${byteOffset(at)}, expected "</${tag.name}>", found "</${name}>"`)
    }
    if (text.length === tag.offset) return
    const entity = merged(entities, entityOf(tag, text), languages)
    const language = attribute(tag.attributes, 'class')
    if (language.startsWith('language-')) languages.set(entity, language.slice('language-'.length))
    entities.push(entity)
  }

  function unclosed(at: number): never {
    const name = /^<(\S*)\s/.exec(source.slice(at))?.[1]?.toLowerCase()
    if (name === undefined || isTag(name)) return fail(`Unclosed start tag ${byteOffset(at)}`)
    return fail(`Unsupported start tag "${name}" ${byteOffset(at)}`)
  }

  let at = 0
  while (at < source.length) {
    const next = source.indexOf('<', at)
    if (next < 0) {
      text += decoded(source.slice(at))
      break
    }
    text += decoded(source.slice(at, next))
    TAG.lastIndex = next
    const tag = TAG.exec(source)
    if (tag === null) return unclosed(next)
    const name = (tag[2] ?? '').toLowerCase()
    if (tag[1] === '/') end(name, next)
    else start(name, tag[3] ?? '', next)
    at = TAG.lastIndex
  }
  const left = open.at(-1)
  if (left !== undefined) fail(`Can't find end tag corresponding to start tag "${left.name}"`)
  entities.sort((a, b) => a.offset - b.offset || b.length - a.length)
  return { text, entities }
}
