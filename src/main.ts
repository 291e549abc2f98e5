#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { type Config, formatFaults, loadConfig } from './config.js'
import { ROLES } from './domain/staff.js'
import { createLogger, type Log } from './kernel/logger.js'

const readText = (path: string): string => readFileSync(path, 'utf8')

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const program = new Command('filo').description(
  'Filo Diretto: the direct line between citizens and their town hall',
)

// Each command loads its own libraries when it runs: a short answer should not wait for all of them.
program
  .command('start')
  .description('run the product (with no token of a channel: the simulator)')
  .action(() => withConfig(async (config, log) => (await import('./cli/start.js')).runStart(config, log)))

program
  .command('invite')
  .description('make a one-time link for a member of staff')
  .addOption(new Option('--role <role>', 'what the person may do').choices([...ROLES]).makeOptionMandatory())
  .option('--office <code...>', 'offices of an operator, by their codes in the municipality file', [])
  .option('--front-desk', 'may file for others, make calls and sort what nobody could categorise', false)
  .action((options) =>
    withConfig(async (config, log) => (await import('./cli/invite.js')).runInvite(config, log, options)),
  )

program
  .command('chat')
  .description('talk with the product in this terminal, as a citizen without buttons')
  .action(() =>
    withConfig(async (config, log) => (await import('./cli/chat.js')).runChat(config, log), 'error'),
  )

program
  .command('doctor')
  .description('look at settings, database, bots, files and disk: what is wrong, and how to mend it')
  .action(async () => {
    const { runDoctor } = await import('./cli/doctor.js')
    const well = await runDoctor(process.env, readText, print)
    process.exitCode = well ? 0 : 1
  })

program
  .command('replay')
  .description('list the events that no turn could digest, or take them in again')
  .argument('[event...]', 'which, as they are listed: channel/id')
  .option('--list', 'only list them (as without anything)')
  .option('--all', 'all of them, the oldest first')
  .action((events, options) =>
    withConfig(async (config, log) => {
      const { runReplay } = await import('./cli/replay.js')
      const well = await runReplay(config, log, events, options, print)
      process.exitCode = well ? 0 : 1
    }, 'error'),
  )

/** Settings first: all their faults at once, and nothing is started with a wrong one. */
async function withConfig(work: (config: Config, log: Log) => Promise<void>, level?: 'error'): Promise<void> {
  const loaded = loadConfig(process.env, readText)
  if (!loaded.ok) {
    process.stderr.write(`${formatFaults(loaded.faults)}\n`)
    process.exitCode = 2
    return
  }
  const log = createLogger({ level: level ?? loaded.config.logLevel })
  try {
    await work(loaded.config, log)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    log.debug({ error }, 'The reason in full')
    process.exitCode = 1
  }
}

await program.parseAsync()
