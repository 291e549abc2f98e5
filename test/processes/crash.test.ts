import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createChance } from '../crash/chance.js'
import { createFleet, FLEETS } from '../crash/fleet.js'
import { prove } from '../crash/proof.js'
import { measureTakeover } from '../crash/takeover.js'
import { telegramCitizens } from '../crash/telegram-citizens.js'
import { killAll, startedProcess } from '../support/product-process.js'
import { openTelegramTown, type TelegramTown, until } from '../support/telegram-town.js'

/**
 * The product is killed, and started again: everything is as if nothing had been. The same at full size, with PostgreSQL
 * killed too and the network away: `npm run crash`.
 */

let town: TelegramTown

afterEach(async () => {
  await killAll()
  await town.close()
})

const SEED = 351
const patience = { timeoutMs: 15_000 }

test('killed three times among 16 citizens and two operators on a bad network: nothing lost, nothing twice', async () => {
  town = await openTelegramTown()
  const { findings, fleet, faultsDealt } = await prove(town, telegramCitizens(town, SEED), {
    seed: SEED,
    robots: 16,
    operators: 2,
    kills: 3,
    fleet: FLEETS.one,
    spanMs: 4_500,
    thinkMs: 200,
    paceMs: 300,
    closesEach: 6,
    patienceMs: 8_000,
  })
  expect(findings.flatMap(({ faults }) => faults)).toEqual([])
  expect(fleet.kills).toBeGreaterThanOrEqual(3)
  expect(faultsDealt).toBeGreaterThan(10)
}, 90_000)

test('a second process takes over within two seconds: who polls, and what was being sent; timers too', async () => {
  town = await openTelegramTown()
  const fleet = createFleet(town.env, FLEETS.two, createChance(351))
  // One after the other: the first leads both bots.
  await fleet.startAt(0)
  await town.citizens.waitForCall('deleteWebhook')
  const person = town.newCitizen()
  person.send('ciao')
  await person.waitFor('Scegli dalla lista', patience)
  await fleet.startAt(1)
  const { answeredMs, sentMs } = await measureTakeover(town, fleet, 0)
  expect(Math.max(answeredMs, sentMs)).toBeLessThan(2_000)
  await town.query(
    `UPDATE timer SET due_at = date_trunc('milliseconds', now()) WHERE kind = 'draft_reminder'`,
  )
  await person.waitFor('La finiamo insieme?', { ...patience, since: 'start' })
  expect(fleet.deaths).toEqual([])
}, 60_000)

describe('with its own database', () => {
  /** The process of the server that runs; NaN: none does. */
  const postmaster = async (): Promise<number> => {
    const file = join(town.config.dataDir, 'postgres/cluster/postmaster.pid')
    return Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  }

  test('orphaned by a kill it is found again; Ctrl-C ends it too, after the last message', async () => {
    town = await openTelegramTown({ withDatabase: false })
    const first = await startedProcess(town.env)
    const person = town.newCitizen()
    person.send('ciao')
    await person.waitFor('Scegli dalla lista', patience)
    const server = await postmaster()
    first.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    expect(await postmaster()).toBe(server)

    const second = await startedProcess(town.env)
    expect(await postmaster()).toBe(server)
    person.press(/^Strade e segnali/)
    await person.waitFor('Più di preciso?', patience)
    const before = town.citizens.counts.get('sendMessage') ?? 0
    town.citizens.faults.next('*', { kind: 'slow', ms: 400 }, 6)
    person.send('lingua')
    person.send('aiuto')
    await until(
      'the first answer is on its way',
      () => (town.citizens.counts.get('sendMessage') ?? 0) > before,
    )
    second.kill('SIGINT')
    expect(await second.ended).toBe(0)
    expect(await postmaster()).toBeNaN()
    expect(person.lastMessage()?.text).toContain('Che lingua preferisci?')
  }, 60_000)
})
