import { spawn } from 'node:child_process'

/** The product as it is started on a machine. */
export interface ProductProcess {
  readonly pid: number
  /** What it wrote, log lines above all. */
  readonly output: () => string
  /** Resolves when a line with these words was written; rejects, with all lines, when it ended or the time is over. */
  wrote(words: string, withinMs?: number): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** Resolves when it is gone: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

const all = new Set<ProductProcess>()

/** `node dist/src/main.js <args>`, with nothing of our own environment but the path. */
export function startProcess(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = ['start'],
): ProductProcess {
  const child = spawn(process.execPath, ['dist/src/main.js', ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
      for (const listener of listeners) listener()
    })
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('close', (code, signal) => resolve(signal ?? code ?? 0))
  })
  const product: ProductProcess = {
    pid: child.pid as number,
    output: () => output,
    ended,
    kill: (signal) => child.kill(signal),
    wrote(words, withinMs = 45_000) {
      return new Promise((resolve, reject) => {
        const fail = (why: string) => end(() => reject(new Error(`${why}: "${words}". It wrote:\n${output}`)))
        const timer = setTimeout(() => fail(`Not written within ${withinMs} ms`), withinMs)
        const look = () => output.includes(words) && end(resolve)
        function end(then: () => void) {
          clearTimeout(timer)
          listeners.delete(look)
          then()
        }
        listeners.add(look)
        look()
        void ended.then(() => fail('It ended before it wrote'))
      })
    },
  }
  all.add(product)
  void ended.then(() => all.delete(product))
  return product
}

/** Resolves when the product takes messages in and sends. */
export async function startedProcess(env: Readonly<Record<string, string>>): Promise<ProductProcess> {
  const product = startProcess(env)
  await product.wrote('Filo Diretto is running')
  return product
}

/** For the end of a test, however it ended. */
export async function killAll(): Promise<void> {
  const left = [...all]
  for (const product of left) product.kill('SIGKILL')
  await Promise.all(left.map(({ ended }) => ended))
}
