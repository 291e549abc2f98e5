import type { Locale } from '../../../src/kernel/ids.js'

/** What is written once is the same in every language; `ciao | hello` is Italian and English. */
export type Words = Readonly<Record<Locale, string>>

export type Sent =
  | {
      readonly what: 'pin' | 'live' | 'venue'
      readonly lat: number
      readonly lon: number
      readonly label?: Words
    }
  | { readonly what: 'photo'; readonly count: number; readonly caption?: Words }
  | { readonly what: 'contact'; readonly own: boolean; readonly phone: string }
  | {
      readonly what:
        | 'gps-document'
        | 'text-named-jpg'
        | 'text-named-ogg'
        | 'text-file'
        | 'voice'
        | 'video'
        | 'sticker'
    }

/** One line of a scenario. */
export type Input =
  | { readonly do: 'title'; readonly words: string }
  | { readonly do: 'text'; readonly actor: string; readonly words: Words; readonly replyTo?: Words }
  | { readonly do: 'tap'; readonly actor: string; readonly choice: string }
  /** Data that no button carries any more, or never did. */
  | { readonly do: 'forge'; readonly actor: string; readonly data: string }
  | { readonly do: 'send'; readonly actor: string; readonly sent: Sent; readonly replyTo?: Words }
  | { readonly do: 'edit'; readonly actor: string; readonly message: Words | 'last'; readonly words: Words }
  | { readonly do: 'block'; readonly actor: string; readonly blocked: boolean }
  /** Uses the newest invitation that any phone shows. */
  | { readonly do: 'join'; readonly actor: string }
  /** Types the newest code that any phone shows, behind these words. */
  | { readonly do: 'code'; readonly actor: string; readonly words: Words }
  | { readonly do: 'forward'; readonly ms: number }
  /** Reports that were sent before: by the person named, else by others, each by somebody else. */
  | { readonly do: 'given'; readonly count: number; readonly category: string; readonly by?: string }

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const words = (written: string): Words => {
  const [it = '', en = it] = written.split(' | ').map((part) => part.replaceAll('\\n', '\n'))
  return { it, en }
}

/** `"Grazie" | "Thank you"` */
const quoted = (written: string): Words => words(written.replaceAll('"', ''))

const QUOTED = '("[^"]*"(?: \\| "[^"]*")?)'
const ACTOR = '([a-z_@\\d]+)'

const LINES: readonly [RegExp, (...found: string[]) => Input][] = [
  [/^# (.*)$/, (title = '') => ({ do: 'title', words: title })],
  [
    /^forward (\d+)([smhd])$/,
    (count, unit = '') => ({ do: 'forward', ms: Number(count) * (UNITS[unit] ?? 0) }),
  ],
  [
    new RegExp(`^given (\\d+) reports of (\\w+)(?: by ${ACTOR})?$`),
    (count, category = '', by) => ({ do: 'given', count: Number(count), category, by }),
  ],
  [
    new RegExp(`^${ACTOR} replies to ${QUOTED}: (.*)$`),
    (actor = '', to = '', said = '') => ({ do: 'text', actor, words: words(said), replyTo: quoted(to) }),
  ],
  [
    new RegExp(`^${ACTOR} replies to ${QUOTED} with (.*)$`),
    (actor = '', to = '', sent = '') => ({ do: 'send', actor, sent: readSent(sent), replyTo: quoted(to) }),
  ],
  [
    new RegExp(`^${ACTOR} edits ${QUOTED}: (.*)$`),
    (actor = '', old = '', said = '') => ({ do: 'edit', actor, message: quoted(old), words: words(said) }),
  ],
  [
    new RegExp(`^${ACTOR} edits last: (.*)$`),
    (actor = '', said = '') => ({ do: 'edit', actor, message: 'last', words: words(said) }),
  ],
  [new RegExp(`^${ACTOR}: (.*)$`), (actor = '', said = '') => ({ do: 'text', actor, words: words(said) })],
  [new RegExp(`^${ACTOR} taps (\\S+)$`), (actor = '', choice = '') => ({ do: 'tap', actor, choice })],
  [new RegExp(`^${ACTOR} forges (\\S+)$`), (actor = '', data = '') => ({ do: 'forge', actor, data })],
  [
    new RegExp(`^${ACTOR} sends (.*)$`),
    (actor = '', sent = '') => ({ do: 'send', actor, sent: readSent(sent) }),
  ],
  [
    new RegExp(`^${ACTOR} (un)?blocks$`),
    (actor = '', un) => ({ do: 'block', actor, blocked: un === undefined }),
  ],
  [
    new RegExp(`^${ACTOR} types the code(?: after (.*))?$`),
    (actor = '', said = '') => ({ do: 'code', actor, words: words(said) }),
  ],
  [new RegExp(`^${ACTOR} opens the invitation$`), (actor = '') => ({ do: 'join', actor })],
]

const SENT: readonly [RegExp, (...found: string[]) => Sent][] = [
  [
    new RegExp(`^(pin|live|venue) (\\S+) (\\S+)(?: ${QUOTED})?$`),
    (what, lat, lon, label) => ({
      what: what as 'pin' | 'live' | 'venue',
      lat: Number(lat),
      lon: Number(lon),
      ...(label && { label: quoted(label) }),
    }),
  ],
  [
    new RegExp(`^(?:photo|album (\\d+))(?: caption ${QUOTED})?$`),
    (count = '1', caption) => ({
      what: 'photo',
      count: Number(count),
      ...(caption && { caption: quoted(caption) }),
    }),
  ],
  [/^contact (own|other) (\S+)$/, (whose, phone = '') => ({ what: 'contact', own: whose === 'own', phone })],
  [
    /^(gps-document|text-named-jpg|text-named-ogg|text-file|voice|video|sticker)$/,
    (what) => ({
      what: what as
        | 'gps-document'
        | 'text-named-jpg'
        | 'text-named-ogg'
        | 'text-file'
        | 'voice'
        | 'video'
        | 'sticker',
    }),
  ],
]

const readSent = (written: string): Sent => firstOf(SENT, written)

function firstOf<T>(table: readonly [RegExp, (...found: string[]) => T][], line: string): T {
  for (const [pattern, read] of table) {
    const found = pattern.exec(line)
    if (found) return read(...found.slice(1))
  }
  throw new Error(`A scenario cannot say: ${line}`)
}

/**
 * The inputs of a scenario file, a line each; a line that means nothing throws. People: `PARTS` in `cast.ts`.
 *
 *     # A line of the transcript
 *     citizen: ciao | hello                        what is typed, in Italian and in English
 *     citizen taps c-pothole                       the choice of this id; without buttons its number or word is typed
 *     citizen forges claim:1:1                     a press on a button that is not there
 *     citizen sends pin 44.5497 7.7237             or live, venue (… "Bar"); photo, album 3 (… caption "Buca" | "Hole");
 *                                                  contact own +39…; voice, video, sticker and the files of `SENT`
 *     citizen replies to "numero 1" | "number 1": text, or: … with photo
 *     citizen edits last: text, or: citizen edits "old words": text
 *     citizen blocks                               and unblocks
 *     newcomer opens the invitation                the newest that any phone shows
 *     citizen2 types the code after collega | link the newest that any phone shows; `after …`: behind these words
 *     given 2 reports of pothole by citizen        sent before; without `by`, each by somebody else
 *     forward 1d                                   or s, m, h; every timer on the way fires
 */
export const readScript = (file: string): readonly Input[] =>
  file
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => firstOf(LINES, line))
