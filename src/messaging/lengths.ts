const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

const ELLIPSIS = '…'

/** The text in at most `max` UTF-16 units: cut between two characters as people see them, with an ellipsis. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  return max < 1 ? '' : `${text.slice(0, wholeCharacters(text, max - 1)).trimEnd()}${ELLIPSIS}`
}

/**
 * The text in parts of at most `max` UTF-16 units, cut at a paragraph, a line, a sentence or a space where there is
 * one, else between two characters as people see them. Only white space at the cuts is lost; no part is empty.
 */
export function split(text: string, max: number): string[] {
  const parts: string[] = []
  let rest = text.trim()
  while (rest.length > max) {
    const at = breakOf(rest, max)
    parts.push(rest.slice(0, at).trimEnd())
    rest = rest.slice(at).trimStart()
  }
  return rest === '' ? parts : [...parts, rest]
}

/** Best first. */
const KINDS = ['paragraph', 'line', 'sentence', 'space'] as const
type Kind = (typeof KINDS)[number]

/** Where the first part ends; the best kind of place that leaves it at least half full, else the last place. */
function breakOf(text: string, max: number): number {
  const last: Partial<Record<Kind, number>> = {}
  let before = ''
  for (const { segment, index } of startOf(text, max)) {
    if (index > max) break
    if (isBlank(segment) && index > 0 && !isBlank(before)) last[kindOf(text, index)] = index
    before = segment
  }
  const places = KINDS.flatMap((kind) => last[kind] ?? [])
  if (places.length === 0) return wholeCharacters(text, max)
  return places.find((index) => index >= max / 2) ?? Math.max(...places)
}

const isBlank = (segment: string): boolean => segment.trim() === ''

function kindOf(text: string, index: number): Kind {
  const lines = (/^\s+/.exec(text.slice(index, index + 8))?.[0].match(/\n/g) ?? []).length
  if (lines > 0) return lines > 1 ? 'paragraph' : 'line'
  return /[.!?…]/.test(text.charAt(index - 1)) ? 'sentence' : 'space'
}

/** Units of the whole characters that fit; a single one that is too large is cut between two code points. */
function wholeCharacters(text: string, max: number): number {
  let end = 0
  for (const { segment, index } of startOf(text, max)) {
    if (index + segment.length > max) break
    end = index + segment.length
  }
  if (end > 0) return end
  return /[\uD800-\uDBFF]/.test(text.charAt(max - 1)) ? max - 1 : max
}

/** The characters up to `max`: whether one ends there is told by the code point after it. */
const startOf = (text: string, max: number) => graphemes.segment(text.slice(0, max + 2))
