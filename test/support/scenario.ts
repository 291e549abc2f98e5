import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { assemble, type Cast } from './scenario/cast.js'
import { play } from './scenario/play.js'
import { readScript } from './scenario/script.js'
import { setStage, type Variation } from './scenario/stage.js'
import { done, shown } from './scenario/transcript.js'

const FOLDER = new URL('../scenarios/', import.meta.url)

/** A transcript has its variation in its name: `pothole.it.buttons.txt`. */
const SCENARIO = /^([\w-]+)\.txt$/

/**
 * A test for each file of `test/scenarios`: it is played through the whole product, and everything that every phone
 * shows must be what its transcript says. UPDATE_GOLDEN=1 writes the transcripts anew: read what changed.
 */
export function itPlaysEveryScenario(variation: Variation): void {
  const names = readdirSync(FOLDER).flatMap((file) => SCENARIO.exec(file)?.[1] ?? [])
  it.each(names)('%s', async (name) => {
    const transcript = await perform(readFileSync(new URL(`${name}.txt`, FOLDER), 'utf8'), variation)
    const golden = new URL(`${name}.${variation.locale}.${variation.shape}.txt`, FOLDER)
    if (process.env.UPDATE_GOLDEN) return writeFileSync(golden, transcript)
    expect(transcript).toBe(existsSync(golden) ? readFileSync(golden, 'utf8') : '')
  })
}

/** Plays the lines of a scenario and writes down what happens. */
export async function perform(file: string, variation: Variation): Promise<string> {
  const script = readScript(file)
  const stage = await setStage(variation)
  let transcript = ''
  try {
    const cast = await assemble(stage, script, variation.locale)
    // The supervisor's first digest was due before the scenario begins.
    await stage.product.movableClock?.advance(0)
    await stage.rest(cast.taken)
    news(cast)
    for (const input of script) {
      if (input.do === 'title') {
        transcript += `# ${input.words}\n`
        continue
      }
      const deed = await play(input, { stage, cast, locale: variation.locale }).catch((error: Error) => {
        throw new Error(`${error.message}\nSo far:\n${transcript}`)
      })
      await stage.rest(cast.taken)
      const answers = input.do === 'given' ? (news(cast), []) : news(cast)
      transcript += [done(deed), ...answers, '', ''].join('\n')
    }
    cast.end()
  } finally {
    await stage.end()
  }
  return transcript.trimEnd().concat('\n')
}

/** What the phones show that they did not show before. */
const news = ({ people }: Cast): string[] =>
  people.flatMap(({ name, phone, news }) => {
    const fresh = news.splice(0)
    return fresh.map((message, index) => shown(name, message, phone, index === fresh.length - 1))
  })
