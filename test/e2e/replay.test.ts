import { brokenBy, mended } from '../support/broken-by.js'
import { killAll, startedProcess, startProcess } from '../support/product-process.js'
import { openTelegramTown, type TelegramTown, until } from '../support/telegram-town.js'

/** Events that no turn could digest, and the command that takes them in again, beside the product that runs. */

let town: TelegramTown
beforeEach(async () => {
  town = await openTelegramTown()
})
afterEach(async () => {
  await killAll()
  await town.close()
})

async function replay(...args: string[]): Promise<{ code: number | NodeJS.Signals; output: string }> {
  const command = startProcess(town.env, ['replay', ...args])
  return { code: await command.ended, output: command.output() }
}

test('listed without a word of theirs, replayed once, and told for each', async () => {
  await startedProcess(town.env)
  const [ada, ugo] = [town.newCitizen('Ada'), town.newCitizen('Ugo')]
  for (const person of [ada, ugo]) {
    person.send('ciao')
    await person.waitFor('Scegli dalla lista')
  }
  await town.query(brokenBy('session', 'gattaiola'))
  ada.send('una buca alla gattaiola')
  await until('it is set aside', async () => {
    const rows = await town.query(`SELECT 1 FROM inbox WHERE status = 'set_aside'`)
    return rows.length === 1
  })
  // The chat goes on.
  ada.send('aiuto')
  await ada.waitFor('Qui segnali un problema')
  ugo.send('un albero sulla gattaiola')
  await until('so is this', async () => {
    const rows = await town.query(`SELECT 1 FROM inbox WHERE status = 'set_aside'`)
    return rows.length === 2
  })

  const listed = await replay()
  expect(listed.code).toBe(0)
  expect(listed.output.match(/^telegram\/\d+ {2}\S+Z {2}error$/gm)).toHaveLength(2)
  expect(listed.output).not.toMatch(/gattaiola|Ada|Ugo/)

  const again = await replay('--all')
  expect(again.code).toBe(1)
  expect(again.output.match(/failed again, and stays set aside/g)).toHaveLength(2)
  expect(again.output).not.toMatch(/gattaiola|Ada|Ugo/)

  await town.query(mended('session'))
  const [first, second] = listed.output.match(/telegram\/\d+/g) as [string, string]
  expect(await replay(first)).toEqual({ code: 0, output: `${first}  done\n` })
  await ada.waitFor('Mi sembra una di queste cose')
  expect(await replay(first, second)).toEqual({
    code: 1,
    output: `${first}  is not set aside (any more)\n${second}  done\n`,
  })
  await ugo.waitFor('Mi sembra una di queste cose')
  expect((await replay('--list')).output).toBe('No event is set aside.\n')
  expect(await town.query(`SELECT 1 FROM inbox WHERE status <> 'done' OR event IS NOT NULL`)).toEqual([])
}, 60_000)

test('what is no event is said', async () => {
  expect(await replay('12')).toEqual({
    code: 1,
    output: '"12" is no event: they are called channel/id, as `filo replay` lists them\n',
  })
  expect(await replay('telegram/12')).toEqual({
    code: 1,
    output: 'telegram/12  is not set aside (any more)\n',
  })
}, 30_000)
