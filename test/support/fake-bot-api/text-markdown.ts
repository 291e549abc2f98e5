import type { MessageEntity } from 'grammy/types'
import { refuse } from './refusal.js'
import type { Formatted } from './text.js'

type Mark = 'bold' | 'italic' | 'underline' | 'strikethrough' | 'spoiler' | 'code' | 'pre' | 'text_link'

/** Longer marks first: `__` is not twice `_`. */
const MARKS: readonly [string, Mark][] = [
  ['```', 'pre'],
  ['`', 'code'],
  ['__', 'underline'],
  ['_', 'italic'],
  ['*', 'bold'],
  ['~', 'strikethrough'],
  ['||', 'spoiler'],
  ['[', 'text_link'],
]

const NAMES: Record<Mark, string> = {
  bold: 'Bold',
  italic: 'Italic',
  underline: 'Underline',
  strikethrough: 'Strikethrough',
  spoiler: 'Spoiler',
  code: 'Code',
  pre: 'Pre',
  text_link: 'TextUrl',
}

const RESERVED = '_*[]()~`>#+-=|{}.!'

interface OpenMark {
  type: Mark
  offset: number
  startedAt: number
  language?: string
}

const fail = (why: string): never => refuse(`can't parse entities: ${why}`)
const closing = (type: Mark) =>
  type === 'text_link' ? ']' : (MARKS.find(([, each]) => each === type)?.[0] ?? '')

function entityOf({ type, offset, language }: OpenMark, length: number, url: string): MessageEntity {
  if (type === 'text_link') return { type, offset, length, url }
  if (type === 'pre') return { type, offset, length, ...(language ? { language } : {}) }
  return { type, offset, length }
}

/** Reads MarkdownV2 (Bot API, "MarkdownV2 style"), quotes and custom emoji excepted, and refuses as Telegram does. */
export function parseMarkdown(source: string): Formatted {
  const entities: MessageEntity[] = []
  const open: OpenMark[] = []
  const byteOffset = (at: number) => `at byte offset ${Buffer.byteLength(source.slice(0, at))}`
  let text = ''
  let at = 0

  /** Reads `(address)` after a link's text; without it the text is the address. */
  function address(shown: string): string {
    if (source[at] !== '(') return shown
    const from = at + 1
    let url = ''
    for (at = from; at < source.length && source[at] !== ')'; at += 1) {
      if (source[at] === '\\') at += 1
      url += source[at] ?? ''
    }
    if (source[at] !== ')') fail(`Can't find end of a URL ${byteOffset(from)}`)
    at += 1
    return url
  }

  function close(mark: OpenMark) {
    open.pop()
    at += closing(mark.type).length
    const shown = text.slice(mark.offset)
    const url = mark.type === 'text_link' ? address(shown) : ''
    if (shown !== '') entities.push(entityOf(mark, shown.length, url))
  }

  function begin(sign: string, type: Mark) {
    const mark: OpenMark = { type, offset: text.length, startedAt: at }
    open.push(mark)
    at += sign.length
    if (type !== 'pre') return
    const head = /^([^\s`]*)(\r?\n)?/.exec(source.slice(at))
    const language = head?.[1] ?? ''
    if (language !== '' && /\s/.test(source[at + language.length] ?? '')) {
      mark.language = language
      at += head?.[0].length ?? 0
    } else if (language === '') at += head?.[0].length ?? 0
  }

  while (at < source.length) {
    const sign = source[at] ?? ''
    const inside = open.at(-1)
    const verbatim = inside?.type === 'code' || inside?.type === 'pre'
    const escaped = source[at + 1]
    if (sign === '\\' && escaped !== undefined && escaped.charCodeAt(0) > 0 && escaped.charCodeAt(0) <= 126) {
      text += escaped
      at += 2
    } else if (!(verbatim ? '`' : RESERVED).includes(sign)) {
      text += sign
      at += 1
    } else if (inside !== undefined && closesHere(inside.type, source, at)) {
      close(inside)
    } else {
      const mark = MARKS.find(([each]) => source.startsWith(each, at))
      if (mark === undefined)
        fail(`Character '${sign}' is reserved and must be escaped with the preceding '\\'`)
      else begin(...mark)
    }
  }
  const left = open.at(-1)
  if (left !== undefined) fail(`Can't find end of ${NAMES[left.type]} entity ${byteOffset(left.startedAt)}`)
  entities.sort((a, b) => a.offset - b.offset || b.length - a.length)
  return { text, entities }
}

function closesHere(type: Mark, source: string, at: number): boolean {
  if (type === 'italic') return source[at] === '_' && source[at + 1] !== '_'
  return source.startsWith(closing(type), at)
}
