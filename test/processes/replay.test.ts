import { runReplay } from '../../src/cli/replay.js'
import { type Product, startProduct } from '../../src/compose.js'
import { brokenBy, mended } from '../support/broken-by.js'
import { killAll, startProcess } from '../support/product-process.js'
import { recordingLog } from '../support/recording-log.js'
import { openTelegramTown, type TelegramTown } from '../support/telegram-town.js'
import { until } from '../support/until.js'

/** Events that no turn could digest, and the command that takes them in again, beside the product that runs. */

let town: TelegramTown
let product: Product
beforeAll(async () => {
  town = await openTelegramTown()
  product = await startProduct(town.config, recordingLog())
  await product.started
}, 60_000)
afterAll(async () => {
  await killAll()
  await product.stop()
  await town.close()
})

/** As the command does it, with a product of its own. */
async function replay(...args: string[]): Promise<{ well: boolean; output: string }> {
  const options = { list: args.includes('--list'), all: args.includes('--all') }
  const names = args.filter((arg) => !arg.startsWith('--'))
  const lines: string[] = []
  const well = await runReplay(town.config, recordingLog(), names, options, (line) => lines.push(line))
  return { well, output: lines.join('\n') }
}

test('listed without a word of theirs, replayed once, and told for each', async () => {
  const [ada, ugo] = [town.newCitizen('Ada'), town.newCitizen('Ugo')]
  for (const person of [ada, ugo]) {
    person.send('ciao')
    await person.waitFor('Scegli dalla lista')
  }
  await town.query(brokenBy('session', 'gattaiola'))
  const setAside = (many: number) =>
    until('it is set aside', async () => {
      const rows = await town.query(`SELECT 1 FROM inbox WHERE status = 'set_aside'`)
      return rows.length === many
    })
  ada.send('una buca alla gattaiola')
  await setAside(1)
  // The chat goes on.
  ada.send('aiuto')
  await ada.waitFor('Qui segnali un problema')
  ugo.send('un albero sulla gattaiola')
  await setAside(2)

  const listed = await replay()
  expect(listed.well).toBe(true)
  expect(listed.output.match(/^telegram\/\d+ {2}\S+Z {2}error$/gm)).toHaveLength(2)
  expect(listed.output).not.toMatch(/gattaiola|Ada|Ugo/)

  const again = await replay('--all')
  expect(again.well).toBe(false)
  expect(again.output.match(/failed again, and stays set aside/g)).toHaveLength(2)
  expect(again.output).not.toMatch(/gattaiola|Ada|Ugo/)

  await town.query(mended('session'))
  const [first, second] = listed.output.match(/telegram\/\d+/g) as [string, string]
  // The command line itself, once.
  const command = startProcess(town.env, ['replay', first])
  expect(await command.ended).toBe(0)
  expect(command.output()).toBe(`${first}  done\n`)
  await ada.waitFor('Mi sembra una di queste cose')
  expect(await replay(first, second)).toEqual({
    well: false,
    output: `${first}  is not set aside (any more)\n${second}  done`,
  })
  await ugo.waitFor('Mi sembra una di queste cose')
  expect(await replay('--list')).toEqual({ well: true, output: 'No event is set aside.' })
  expect(await town.query(`SELECT 1 FROM inbox WHERE status <> 'done' OR event IS NOT NULL`)).toEqual([])
}, 30_000)

test('what is no event is said', async () => {
  await expect(replay('12')).rejects.toThrow(
    '"12" is no event: they are called channel/id, as `filo replay` lists them',
  )
  await expect(replay('--all', 'telegram/12')).rejects.toThrow('Either --all, or the events by their names')
  expect(await replay('telegram/12')).toEqual({
    well: false,
    output: 'telegram/12  is not set aside (any more)',
  })
})
