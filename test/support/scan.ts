import { createRequire } from 'node:module'

/** Tables of the standard (ISO/IEC 18004) that the package has and does not declare. */
const core = createRequire(import.meta.url)
const { getPositions } = core('qrcode/lib/core/alignment-pattern')
const { getBlocksCount, getTotalCodewordsCount } = core('qrcode/lib/core/error-correction-code')
const { getSymbolTotalCodewords } = core('qrcode/lib/core/utils')
const { L, M, Q, H } = core('qrcode/lib/core/error-correction-level')

type Modules = readonly (readonly boolean[])[]

/** What a QR says that was drawn in a terminal by half blocks, dark on light, with a border of one module. */
export function scanTerminal(drawn: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away
  const lines = drawn.split('\n').map((line) => [...line.replace(/\u001b\[\d+m/g, '')])
  const size = Math.max(...lines.map((line) => line.filter((half) => ' ▀▄█'.includes(half)).length)) - 2
  const dark = (half: string | undefined, upper: boolean) => half === '█' || half === (upper ? '▀' : '▄')
  const from = lines.findIndex((line) =>
    line
      .slice(0, size + 2)
      .join('')
      .startsWith(' ▄▄▄▄▄▄▄ '),
  )
  const modules = Array.from({ length: size }, (_, row) =>
    // The border above takes the upper half of the first line.
    Array.from({ length: size }, (_, column) =>
      dark(lines[from + Math.floor((row + 1) / 2)]?.[column + 1], (row + 1) % 2 === 0),
    ),
  )
  return read(modules)
}

/** Reads it without repairing anything: what is drawn must be whole. */
function read(modules: Modules): string {
  const size = modules.length
  const version = (size - 17) / 4
  const at = (row: number, column: number) => (modules[row]?.[column] ? 1 : 0)
  const format = [0, 1, 2, 3, 4, 5, 7, 8].map((column) => at(8, column))
  const [level = M, mask = 0] = [
    [M, L, H, Q][((format[0] ?? 0) * 2 + (format[1] ?? 0)) ^ 0b10],
    ((format[2] ?? 0) * 4 + (format[3] ?? 0) * 2 + (format[4] ?? 0)) ^ 0b101,
  ]
  const taken = functionModules(size, version)
  const bits: number[] = []
  for (let right = size - 1, up = true; right > 0; right -= right === 8 ? 3 : 2, up = !up) {
    for (let step = 0; step < size; step++) {
      const row = up ? size - 1 - step : step
      for (const column of [right, right - 1]) {
        if (!taken(row, column)) bits.push(at(row, column) ^ (masked(mask, row, column) ? 1 : 0))
      }
    }
  }
  const words = Array.from({ length: getSymbolTotalCodewords(version) }, (_, index) =>
    Number.parseInt(bits.slice(index * 8, index * 8 + 8).join(''), 2),
  )
  return textOf(inOrder(words, version, level), version)
}

/** What carries no data: finders, timing, alignment, format, version. */
function functionModules(size: number, version: number) {
  const centres: [number, number][] = getPositions(version)
  return (row: number, column: number): boolean =>
    (row < 9 && (column < 9 || column >= size - 8)) ||
    (row >= size - 8 && column < 9) ||
    row === 6 ||
    column === 6 ||
    (version >= 7 && ((row < 6 && column >= size - 11) || (column < 6 && row >= size - 11))) ||
    centres.some(([y, x]) => Math.abs(row - y) <= 2 && Math.abs(column - x) <= 2)
}

const masked = (mask: number, i: number, j: number): boolean =>
  [
    (i + j) % 2,
    i % 2,
    j % 3,
    (i + j) % 3,
    (Math.floor(i / 2) + Math.floor(j / 3)) % 2,
    ((i * j) % 2) + ((i * j) % 3),
    (((i * j) % 2) + ((i * j) % 3)) % 2,
    (((i + j) % 2) + ((i * j) % 3)) % 2,
  ][mask] === 0

/** Blocks are laid one beside the other, word by word; the longer ones come last. */
function inOrder(words: readonly number[], version: number, level: unknown): number[] {
  const blocks: number = getBlocksCount(version, level)
  const data: number = words.length - getTotalCodewordsCount(version, level)
  const shorter = Math.floor(data / blocks)
  const long = data % blocks
  return Array.from({ length: blocks }, (_, block) => [
    ...Array.from({ length: shorter }, (_, index) => words[index * blocks + block] ?? 0),
    ...(block >= blocks - long ? [words[shorter * blocks + block - (blocks - long)] ?? 0] : []),
  ]).flat()
}

const SIGNS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'

/** Stretches of digits, of capital letters, and of bytes, each with its length before it. */
function textOf(words: readonly number[], version: number): string {
  const bits = words.map((word) => word.toString(2).padStart(8, '0')).join('')
  const size = version < 10 ? 0 : version < 27 ? 1 : 2
  let at = 0
  const take = (count: number): number => {
    at += count
    return Number.parseInt(bits.slice(at - count, at), 2)
  }
  let text = ''
  while (at + 4 <= bits.length) {
    const mode = take(4)
    if (mode === 0) break
    const lengths = { 1: [10, 12, 14], 2: [9, 11, 13], 4: [8, 16, 16] }[mode]
    if (!lengths) throw new Error(`A mode that is not read here: ${mode}`)
    let left = take(lengths[size] ?? 0)
    for (; left > 0; left -= mode === 1 ? 3 : mode === 2 ? 2 : 1) {
      if (mode === 4) text += String.fromCharCode(take(8))
      else if (mode === 1) {
        const digits = Math.min(3, left)
        text += String(take(digits * 3 + 1)).padStart(digits, '0')
      } else if (left === 1) text += SIGNS[take(6)]
      else {
        const pair = take(11)
        text += `${SIGNS[Math.floor(pair / 45)]}${SIGNS[pair % 45]}`
      }
    }
  }
  return text
}
