import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { LOCALES, type Locale } from '../../src/kernel/ids.js'
import { assemble, type Cast } from './scenario/cast.js'
import { play } from './scenario/play.js'
import { readScript } from './scenario/script.js'
import { type Shape, type Stage, setStage } from './scenario/stage.js'
import { done, holdsSecret, shown } from './scenario/transcript.js'

const FOLDER = new URL('../scenarios/', import.meta.url)

/** A transcript has its language and shape in its name: `pothole.it.buttons.txt`. */
const SCENARIO = /^([\w-]+)\.txt$/

/** So many scenarios are played side by side at most, each on a stage of its own. */
const STAGES = 4

/**
 * A test for each file of `test/scenarios` and each language: it is played through the whole product, and everything
 * that every phone shows must be what its transcript says. UPDATE_GOLDEN=1 writes the transcripts anew: read what
 * changed.
 */
export const itPlaysEveryScenario = (shape: Shape): void => itPlays(shape, everyScenario())

const everyScenario = (): string[] => readdirSync(FOLDER).flatMap((file) => SCENARIO.exec(file)?.[1] ?? [])

/** The same where the desk is as on another shape, so that what is about the desk alone is left out. */
export const itPlaysCitizens = (shape: Shape): void =>
  itPlays(
    shape,
    everyScenario().filter((name) => !name.startsWith('desk-')),
  )

function itPlays(shape: Shape, names: readonly string[]): void {
  const stages: Stage[] = []
  const waiting: ((stage: Stage) => void)[] = []
  const take = (): Promise<Stage> => {
    const free = stages.pop()
    return free ? Promise.resolve(free) : new Promise((resolve) => waiting.push(resolve))
  }
  const giveBack = (stage: Stage): void => {
    const next = waiting.shift()
    if (next) next(stage)
    else stages.push(stage)
  }
  beforeAll(async () => {
    const length = Math.min(STAGES, names.length)
    stages.push(...(await Promise.all(Array.from({ length }, () => setStage(shape)))))
  })
  afterAll(() => Promise.all(stages.map((stage) => stage.end())))

  const tests = names.flatMap((name) => LOCALES.map((locale) => [name, locale] as const))
  it.concurrent.each(tests)('%s, %s', async (name, locale) => {
    const script = readFileSync(new URL(`${name}.txt`, FOLDER), 'utf8')
    const stage = await take()
    const transcript = await perform(stage, script, locale).finally(() => giveBack(stage))
    const golden = new URL(`${name}.${locale}.${shape}.txt`, FOLDER)
    if (process.env.UPDATE_GOLDEN) return writeFileSync(golden, transcript)
    expect(transcript).toBe(existsSync(golden) ? readFileSync(golden, 'utf8') : '')
  })
}

/** Plays the lines of a scenario and writes down what happens. */
async function perform(stage: Stage, file: string, locale: Locale): Promise<string> {
  const script = readScript(file)
  await stage.clear()
  const cast = await assemble(stage, script, locale)
  // The supervisor's first digest was due before the scenario begins.
  await stage.product.movableClock?.advance(0)
  await stage.rest(cast.taken)
  forget(cast)
  let transcript = ''
  for (const input of script) {
    if (input.do === 'title') {
      transcript += `# ${input.words}\n`
      continue
    }
    const deed = await play(input, { stage, cast, locale }).catch((error: Error) => {
      throw new Error(`${error.message}\nSo far:\n${transcript}`)
    })
    await stage.rest(cast.taken)
    if (input.do === 'given') forget(cast)
    transcript += [done(deed), ...news(cast), '', ''].join('\n')
  }
  await expectNoSecretKept(stage, cast)
  cast.end()
  return transcript.trimEnd().concat('\n')
}

/** What lets somebody in stands on phones, and is in the database no more. */
async function expectNoSecretKept({ said }: Stage, { people }: Cast): Promise<void> {
  const secrets = people.filter(({ phone }) => holdsSecret(JSON.stringify(phone.messages)))
  for (const { phone } of secrets) {
    const { channel, chat } = phone.address
    expect([chat, holdsSecret(JSON.stringify(await said(channel, chat)))]).toEqual([chat, false])
  }
}

/** What the phones show that they did not show before. */
const news = ({ people }: Cast): string[] =>
  people.flatMap(({ name, phone, news }) => {
    const fresh = news.splice(0)
    return fresh.map((message, index) => shown(name, message, phone, index === fresh.length - 1))
  })

/** What came before the scenario is no part of it. */
const forget = ({ people }: Cast): void => {
  for (const { news } of people) news.splice(0)
}
