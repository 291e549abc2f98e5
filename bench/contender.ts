import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Reading } from './meter.js'

/** What is measured: the product, or a plain bot that holds the same dialog. */
export interface Contender {
  readonly name: string
  /** The script to run, beside this one, with its arguments. */
  readonly script: string
  readonly args?: readonly string[]
}

export const PRODUCT: Contender = { name: 'Filo Diretto', script: '../src/main.js', args: ['start'] }

export const CONVERSATIONS: Contender = {
  name: 'grammY conversations',
  script: 'contenders/conversations.js',
}
export const WIZARD: Contender = { name: 'Telegraf wizard', script: 'contenders/wizard.js' }
/** What the network alone costs: no bot that keeps anything can be faster. */
export const CALLS: Contender = { name: 'the calls alone', script: 'contenders/calls.js' }
export const PLAIN_BOTS: readonly Contender[] = [CONVERSATIONS, WIZARD]

/** A contender in a process of its own. */
export interface Running {
  read(): Promise<Reading>
  /** Resolves when it has ended, as it would on a machine that is told to stop. */
  stop(): Promise<void>
}

const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** @param env all that it is told: where the network is, where the database */
export function start(
  { name, script, args = [] }: Contender,
  env: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): Running {
  const child: ChildProcess = spawn(
    process.execPath,
    [...nodeOptions, '--import', beside('meter.js'), beside(script), ...args],
    { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  )
  const ended = once(child, 'exit')
  return {
    async read() {
      const answer = once(child, 'message')
      child.send('read')
      const [reading] = await Promise.race([
        answer,
        ended.then(() => Promise.reject(new Error(`${name} ended while it was measured`))),
      ])
      return reading as Reading
    },
    async stop() {
      if (child.connected) child.disconnect()
      child.kill('SIGTERM')
      await ended
    },
  }
}
