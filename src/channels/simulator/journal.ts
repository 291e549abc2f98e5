import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ChannelName, ChatId } from '../../kernel/ids.js'
import type { Entry } from './conversation.js'

/** Where the played network remembers: a list of entries per phone, and files by their content. */
export interface Journal {
  load(): readonly (readonly Entry[])[]
  /** Returns once the entry is with the operating system: it outlives this process. */
  append(channel: ChannelName, chat: ChatId, entry: Entry): void
  /** The name under which the file can be opened. */
  keep(content: Buffer, extension: string): Promise<string>
  /** Null when no file has this name. */
  open(file: string): Promise<Buffer | null>
}

const FILE_NAME = /^[0-9a-f]{64}\.[a-z0-9]{1,5}$/

const fileName = (content: Buffer, extension: string) =>
  `${createHash('sha256').update(content).digest('hex')}.${/^[a-z0-9]{1,5}$/.test(extension) ? extension : 'bin'}`

/** Forgets everything with the process: for tests. */
export function memoryJournal(): Journal {
  const files = new Map<string, Buffer>()
  return {
    load: () => [],
    append: () => {},
    async keep(content, extension) {
      const name = fileName(content, extension)
      files.set(name, content)
      return name
    },
    open: async (file) => files.get(file) ?? null,
  }
}

/** One JSON Lines file per phone and one folder of files. Only this user may read them. */
export function diskJournal(folder: string): Journal {
  const files = join(folder, 'files')
  // The folder above is not ours alone: the embedded database's own user must be able to enter it.
  mkdirSync(dirname(folder), { recursive: true })
  mkdirSync(files, { recursive: true, mode: 0o700 })
  const journalOf = (channel: ChannelName, chat: ChatId) =>
    join(folder, `${encodeURIComponent(channel)}~${encodeURIComponent(chat)}.jsonl`)

  return {
    load: () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.jsonl'))
        .sort()
        .map((name) => readEntries(join(folder, name)))
        .filter((entries) => entries.length > 0),
    append: (channel, chat, entry) =>
      appendFileSync(journalOf(channel, chat), `${JSON.stringify(entry)}\n`, { mode: 0o600 }),
    async keep(content, extension) {
      const name = fileName(content, extension)
      await writeFile(join(files, name), content, { mode: 0o600 })
      return name
    },
    async open(file) {
      if (!FILE_NAME.test(file)) return null
      return readFile(join(files, file)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
    },
  }
}

/** A crash in the middle of a write leaves half a line; it was confirmed to nobody, and is cut off. */
function readEntries(path: string): readonly Entry[] {
  const content = readFileSync(path)
  const whole = content.lastIndexOf(10) + 1
  if (whole < content.length) truncateSync(path, whole)
  return content
    .subarray(0, whole)
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Entry)
}
