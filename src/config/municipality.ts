import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { OTHER } from '../domain/category.js'
import type { Town } from '../domain/town.js'
import { REPLACEMENT } from '../kernel/utf8.js'
import type { Templates } from '../messaging/news.js'
import type { StreetsLayout } from '../places/streets.js'
import { type Fault, formatFaults, nearest, unknownName } from './fault.js'
import { type Municipality, municipality, TIME } from './municipality-schema.js'

type Path = readonly PropertyKey[]
type ReadFile = (path: string) => string

/** What the municipality file says. Paths are absolute. */
export interface MunicipalityFile {
  readonly town: Town
  /** Texts that Meta has approved, by kind of news. */
  readonly templates: Templates
  readonly boundaryFile: string
  readonly streets?: StreetsLayout & { readonly file: string }
}

/** A fault of the file's content, not yet with file and line. */
interface ContentFault {
  readonly path: Path
  readonly wrong: string
  readonly right: string
}

const loose = <S extends z.ZodType>(item: S) => z.array(item).catch([])
const anyCode = z.string().catch('')
/** As much of a faulty file as can be related: relations are looked at even when single values are wrong. */
const skeleton = z
  .object({
    frontDesk: anyCode,
    offices: loose(z.object({ code: anyCode }).catch({ code: '' })),
    groups: loose(
      z
        .object({
          code: anyCode,
          categories: loose(z.object({ code: anyCode, office: anyCode }).catch({ code: '', office: '' })),
        })
        .catch({ code: '', categories: [] }),
    ),
    working: z.object({ from: anyCode, to: anyCode }).catch({ from: '', to: '' }),
  })
  .catch({ frontDesk: '', offices: [], groups: [], working: { from: '', to: '' } })

interface Named {
  readonly code: string
  readonly path: Path
}

const duplicates = (what: string, named: readonly Named[]): ContentFault[] =>
  named
    .filter(({ code }, index) => code !== '' && named.findIndex((other) => other.code === code) < index)
    .map(({ code, path }) => ({
      path,
      wrong: `is "${code}", which stands there twice`,
      right: `a code that no other ${what} has`,
    }))

/** What must fit together within the file. */
function relations(content: unknown): ContentFault[] {
  const { frontDesk, offices, groups, working } = skeleton.parse(content)
  const officeCodes = [...new Set(offices.map(({ code }) => code).filter(Boolean))]
  const categories = groups.flatMap((group, g) =>
    group.categories.map((category, c) => ({ ...category, at: ['groups', g, 'categories', c] as Path })),
  )
  const unknownOffice = (code: string, path: Path): ContentFault[] => {
    if (code === '' || officeCodes.length === 0 || officeCodes.includes(code)) return []
    const meant = nearest(code, officeCodes)
    const right = meant ? `"${meant}"?` : `one of ${officeCodes.join(', ')}`
    return [{ path, wrong: `is "${code}", which is no office`, right }]
  }
  const other = categories.find(({ code }) => code === OTHER)
  const strayed =
    other && other.office !== '' && officeCodes.includes(frontDesk) && other.office !== frontDesk
  return [
    ...duplicates(
      'office',
      offices.map(({ code }, i) => ({ code, path: ['offices', i, 'code'] })),
    ),
    ...duplicates(
      'group',
      groups.map(({ code }, i) => ({ code, path: ['groups', i, 'code'] })),
    ),
    ...duplicates(
      'category',
      categories.map(({ code, at }) => ({ code, path: [...at, 'code'] })),
    ),
    ...unknownOffice(frontDesk, ['frontDesk']),
    ...categories.flatMap(({ office, at }) => unknownOffice(office, [...at, 'office'])),
    ...(categories.length > 0 && !other
      ? [{ path: ['groups'], wrong: `has no category "${OTHER}"`, right: `one, of the office ${frontDesk}` }]
      : []),
    ...(strayed
      ? [
          {
            path: [...other.at, 'office'],
            wrong: `is "${other.office}"`,
            right: `the front desk, ${frontDesk}`,
          },
        ]
      : []),
    ...([working.from, working.to].every((time) => TIME.test(time)) && working.from >= working.to
      ? [
          {
            path: ['working', 'to'],
            wrong: `is ${working.to}, not after ${working.from}`,
            right: 'a later time',
          },
        ]
      : []),
  ]
}

const at = (content: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    content,
  )

function describe(value: unknown): string {
  if (value === undefined || value === null) return 'is missing'
  const shown = JSON.stringify(value)
  return `is ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}`
}

/** The keys that the file may have at this place. */
function keysAt(path: Path): string[] {
  let schema: unknown = municipality
  for (const key of [...path, null]) {
    while (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) schema = schema.unwrap()
    if (key === null) break
    schema =
      schema instanceof z.ZodArray
        ? schema.element
        : schema instanceof z.ZodObject
          ? schema.shape[String(key)]
          : null
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}

function contentFaults(content: unknown, issues: readonly z.core.$ZodIssue[]): ContentFault[] {
  return issues.flatMap((issue): ContentFault[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => {
          const { wrong, right } = unknownName('', key, keysAt(issue.path))
          return { path: [...issue.path, key], wrong, right }
        })
      : [{ path: issue.path, wrong: describe(at(content, issue.path)), right: issue.message }],
  )
}

const written = (path: Path): string =>
  path.reduce<string>(
    (all, key) => (typeof key === 'number' ? `${all}[${key}]` : `${all}${all && '.'}${String(key)}`),
    '',
  )

function townOf(file: Municipality): Town {
  const { boundary: _boundary, streets: _streets, whatsapp: _whatsapp, ...town } = file
  return town
}

/** The municipality file, typed, or all its faults, each with its line. */
export function readMunicipality(
  file: string,
  readFile: ReadFile,
): { ok: true; municipality: MunicipalityFile } | { ok: false; faults: Fault[] } {
  const text = attempt(() => readFile(file))
  if (text === undefined) {
    const right = 'the path of a municipality file that can be read (MUNICIPALITY_FILE)'
    return { ok: false, faults: [{ where: file, wrong: 'cannot be read', right }] }
  }
  const odd = text.indexOf(REPLACEMENT)
  if (odd >= 0) {
    const where = `${file}:${text.slice(0, odd).split('\n').length}`
    return { ok: false, faults: [{ where, wrong: 'is not UTF-8', right: 'the file saved as UTF-8' }] }
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ message, linePos }) => ({
      where: `${file}:${linePos?.[0].line ?? 1}`,
      wrong: `is no YAML: ${message.split('\n')[0]?.replace(/:$/, '')}`,
      right: 'two spaces for each step inwards, a space behind each colon, quotes around odd characters',
    }))
    return { ok: false, faults }
  }
  const content: unknown = document.toJS()
  if (content === null) {
    const right = 'a copy of config/fossano.yaml, changed to the town’s own'
    return { ok: false, faults: [{ where: file, wrong: 'is empty', right }] }
  }
  const locate = (path: Path): string => {
    // What is missing stands nowhere: the nearest thing around it that has a line.
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true)
      const range = (node as { range?: [number, number, number] } | undefined)?.range
      if (range) return `${file}:${lines.linePos(range[0]).line} ${written(path)}`.trimEnd()
    }
    return `${file} ${written(path)}`
  }
  const parsed = municipality.safeParse(content)
  const beside = (path: string): string => resolve(dirname(file), path)
  const unreadable = [['boundary'], ['streets', 'file']].flatMap((path): ContentFault[] => {
    const named = at(content, path)
    if (typeof named !== 'string' || attempt(() => readFile(beside(named))) !== undefined) return []
    return [{ path, wrong: `is ${named}, which cannot be read`, right: 'a path relative to this file' }]
  })
  const faults = [...contentFaults(content, parsed.error?.issues ?? []), ...relations(content), ...unreadable]
  if (!parsed.success || faults.length > 0) {
    const said = faults.map(({ path, wrong, right }): Fault => ({ where: locate(path), wrong, right }))
    // Two rules may say the same of one value.
    return { ok: false, faults: [...new Map(said.map((one) => [formatFaults([one]), one])).values()] }
  }
  const { boundary, streets, whatsapp } = parsed.data
  return {
    ok: true,
    municipality: {
      town: townOf(parsed.data),
      templates: whatsapp.templates,
      boundaryFile: beside(boundary),
      ...(streets ? { streets: { ...streets, file: beside(streets.file) } } : {}),
    },
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
