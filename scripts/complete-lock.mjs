// A registry that mirrors only some platforms leaves the others' optional packages out of package-lock.json, and then
// `npm ci` refuses the file. This names them again, with the platform that their names tell: node scripts/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs'

const OSES = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'openharmony',
  'win32',
  'sunos',
  'aix',
  'netbsd',
  'openbsd',
]
const CPUS = {
  arm64: 'arm64',
  x64: 'x64',
  ia32: 'ia32',
  arm: 'arm',
  ppc64: 'ppc64',
  s390x: 's390x',
  loong64: 'loong64',
  riscv64: 'riscv64',
  wasm32: 'wasm32',
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
let added = 0
for (const parent of Object.values({ ...lock.packages })) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`
    const words = name.split(/[-/]/)
    const os = OSES.find((one) => words.includes(one))
    const cpu = Object.keys(CPUS).find((one) => words.includes(one))
    if (lock.packages[path] || !os || !cpu || !/^\d/.test(version)) continue
    const libc = words.some((word) => word.startsWith('musl'))
      ? ['musl']
      : words.some((word) => word.startsWith('gnu'))
        ? ['glibc']
        : undefined
    lock.packages[path] = {
      version,
      cpu: [CPUS[cpu]],
      ...(parent.dev && { dev: true }),
      ...(os === 'linux' && libc && { libc }),
      optional: true,
      os: [os],
    }
    added++
  }
}
const { '': root, ...rest } = lock.packages
const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))
lock.packages = { '': root, ...Object.fromEntries(sorted) }
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`${added} packages of other platforms named\n`)
