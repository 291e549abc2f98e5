import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import type { Document, PhotoSize, Video, Voice } from 'grammy/types'
import { fitInto, imageSize } from './image-size.js'
import { refuse } from './refusal.js'
import type { Upload } from './request.js'

export type FileKind = 'photo' | 'document' | 'voice' | 'video' | 'sticker'

export interface StoredFile {
  kind: FileKind
  file_id: string
  file_unique_id: string
  file_path: string
  /** Bytes; may be larger than what is kept, to stand for a file that nobody wants in memory. */
  size: number
  /** Absent when only the size matters: the download then sends zeros. */
  bytes?: Buffer
  name?: string
  mime: string
  /** Of a photo: all its sizes, smallest first. Each has its own file. */
  sizes?: PhotoSize[]
}

/** What a bot can fetch: beyond it `getFile` refuses (Bot API, "getFile"). */
export const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024

/** What any smaller size of a photo holds: one grey point, so that fetching the wrong size shows. */
const SMALLER_SIZE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAMAAAAoyzS7AAAAA1BMVEWIiIhYZW6zAAAACXBIWXMAAAPoAAAD' +
    '6AG1e1JrAAAACklEQVQI12NgAAAAAgAB4iG8MwAAAABJRU5ErkJggg==',
  'base64',
)

const KINDS: Record<FileKind, { folder: string; prefix: string; typeName: string; extension: string }> = {
  photo: { folder: 'photos', prefix: 'AgACAgQAAxk', typeName: 'Photo', extension: '.jpg' },
  document: { folder: 'documents', prefix: 'BQACAgQAAxk', typeName: 'Document', extension: '' },
  voice: { folder: 'voice', prefix: 'AwACAgQAAxk', typeName: 'VoiceNote', extension: '.oga' },
  video: { folder: 'videos', prefix: 'BAACAgQAAxk', typeName: 'Video', extension: '.mp4' },
  sticker: { folder: 'stickers', prefix: 'CAACAgQAAxk', typeName: 'Sticker', extension: '.webp' },
}

const MIME_OF_EXTENSION: Record<string, string> = {
  '.csv': 'text/csv',
  '.heic': 'image/heic',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.mp4': 'video/mp4',
  '.ogg': 'audio/ogg',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.txt': 'text/plain',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.zip': 'application/zip',
}

export interface NewFile {
  bytes?: Buffer
  /** Bytes; taken from `bytes` when absent. */
  size?: number
  name?: string
  mime?: string
}

export interface FileStore {
  add(kind: FileKind, file: NewFile): StoredFile
  addPhoto(bytes: Buffer): StoredFile
  /** What a bot uploaded. */
  upload(kind: FileKind, upload: Upload): StoredFile
  byId(fileId: string): StoredFile | undefined
  byPath(path: string): StoredFile | undefined
}

/** As many files as a benchmark may still ask for. */
const SHORT_MEMORY = 10_000

/**
 * The files that one bot may name. Another bot's ids mean nothing here, as on Telegram. With `forgetful` the
 * oldest files go, and of uploads only the size is kept.
 */
export function createFileStore(token: string, forgetful: boolean): FileStore {
  const ids = new Map<string, StoredFile>()
  const paths = new Map<string, StoredFile>()
  let count = 0

  function add(kind: FileKind, { bytes, size, name, mime }: NewFile): StoredFile {
    const { folder, prefix, extension } = KINDS[kind]
    const digest = createHash('sha512').update(`${token}/${count}`).digest('base64url')
    const ending = extension || extname(name ?? '')
    const file: StoredFile = {
      kind,
      file_id: `${prefix}${digest.slice(0, 60)}`,
      file_unique_id: `AQAD${digest.slice(60, 72)}`,
      file_path: `${folder}/file_${count}${ending}`,
      size: size ?? bytes?.length ?? 0,
      bytes,
      name,
      mime: mime ?? MIME_OF_EXTENSION[ending.toLowerCase()] ?? 'application/octet-stream',
    }
    count += 1
    ids.set(file.file_id, file)
    paths.set(file.file_path, file)
    if (forgetful && ids.size > SHORT_MEMORY) forgetOldest()
    return file
  }

  function forgetOldest() {
    const oldest = ids.values().next().value
    if (oldest === undefined) return
    ids.delete(oldest.file_id)
    paths.delete(oldest.file_path)
  }

  const sizeOf = (file: StoredFile, side: number, original: Buffer): PhotoSize => ({
    file_id: file.file_id,
    file_unique_id: file.file_unique_id,
    file_size: file.size,
    ...fitInto(side, imageSize(original)),
  })

  function addPhoto(bytes: Buffer): StoredFile {
    const small = add('photo', { bytes: SMALLER_SIZE })
    const middle = add('photo', { bytes: SMALLER_SIZE })
    const whole = add('photo', { bytes })
    const sizes = [sizeOf(small, 90, bytes), sizeOf(middle, 320, bytes), sizeOf(whole, 1280, bytes)]
    for (const file of [small, middle, whole]) file.sizes = sizes
    return whole
  }

  return {
    add,
    addPhoto,
    upload(kind, { bytes, fileName }) {
      const file = kind === 'photo' ? addPhoto(bytes) : add(kind, { bytes, name: fileName })
      if (forgetful) file.bytes = undefined
      return file
    },
    byId: (fileId) => ids.get(fileId),
    byPath: (path) => paths.get(path),
  }
}

export const aDocument = (file: StoredFile): Document => ({
  file_name: file.name,
  mime_type: file.mime,
  file_id: file.file_id,
  file_unique_id: file.file_unique_id,
  file_size: file.size,
})

export const aVoice = (file: StoredFile, duration: number): Voice => ({
  duration,
  mime_type: 'audio/ogg',
  file_id: file.file_id,
  file_unique_id: file.file_unique_id,
  file_size: file.size,
})

export const aVideo = (file: StoredFile, duration: number): Video => ({
  duration,
  width: 1280,
  height: 720,
  file_name: file.name,
  mime_type: 'video/mp4',
  file_id: file.file_id,
  file_unique_id: file.file_unique_id,
  file_size: file.size,
})

/**
 * The file that a parameter means: an upload of that very name, `attach://<name>`, or a `file_id` that the
 * bot has seen. An address on the web is refused: the fake fetches nothing.
 */
export function fileGiven(
  files: FileStore,
  uploads: readonly Upload[],
  kind: FileKind,
  value: unknown,
  field: string,
): StoredFile {
  const name = uploadName(value, field)
  if (name === undefined) return knownFile(files, kind, String(value))
  const upload = uploads.find((each) => each.field === name)
  if (upload === undefined) return refuse(`there is no ${kind} in the request`)
  if (upload.bytes.length === 0) return refuse('file must be non-empty')
  return files.upload(kind, upload)
}

/** The upload that the value points to, or `undefined` when it is a `file_id`. */
function uploadName(value: unknown, field: string): string | undefined {
  if (value === undefined || value === '') return field
  return typeof value === 'string' && value.startsWith('attach://')
    ? value.slice('attach://'.length)
    : undefined
}

function knownFile(files: FileStore, kind: FileKind, value: string): StoredFile {
  if (/^https?:/.test(value)) return refuse('failed to get HTTP URL content')
  const known = files.byId(value)
  if (known === undefined) return refuse('wrong file identifier/HTTP URL specified')
  if (known.kind === kind) return known
  return refuse(`can't use file of type ${KINDS[known.kind].typeName} as ${KINDS[kind].typeName}`)
}
