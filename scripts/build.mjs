// Turns src/, migrations/ and locales/ into dist/, only what changed since the last time: `npm start` must not wait for it.
// More folders can be named: the bench needs itself and the fake Bot API. Types are checked by `npm run types`; here they are only taken off.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { transformFile } from '@swc/core'

const OUT = 'dist'
const ROOTS = ['src', 'migrations', 'locales', ...process.argv.slice(2)]

const target = (file) => join(OUT, extname(file) === '.ts' ? file.replace(/\.ts$/, '.js') : file)
const modified = async (file) => (await stat(file).catch(() => null))?.mtimeMs ?? 0

async function* filesOf(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && !entry.name.endsWith('.test.ts')) yield join(entry.parentPath, entry.name)
  }
}

async function build(file) {
  const out = target(file)
  if ((await modified(out)) > (await modified(file))) return
  await mkdir(dirname(out), { recursive: true })
  if (extname(file) !== '.ts') return write(out, await readFile(file))
  const { code, map } = await transformFile(file, { sourceMaps: true })
  await write(`${out}.map`, map)
  await write(out, `${code}\n//# sourceMappingURL=${out.split('/').at(-1)}.map\n`)
}

/** Whoever loads the file at this moment, or builds at the same time, finds it whole. */
async function write(file, content) {
  const aside = `${file}.${process.pid}.new`
  await writeFile(aside, content)
  await rename(aside, file)
}

const sources = []
for (const root of ROOTS) for await (const file of filesOf(root)) sources.push(file)
await Promise.all(sources.map(build))

// A file whose source is gone must not be loaded any more (a migration above all).
const wanted = new Set(sources.map(target))
for (const root of ROOTS) {
  for await (const file of filesOf(join(OUT, root))) {
    if (!wanted.has(file.replace(/\.map$/, '')) && !file.endsWith('.new')) await rm(file, { force: true })
  }
}
