import { setTimeout as sleep } from 'node:timers/promises'
import type { FakeCloudApi } from '../test/support/fake-cloud-api/index.js'
import type { FakeWhatsApp } from '../test/support/fake-whatsapp/index.js'
import { pointOf } from '../test/support/telegram-town.js'

/** Says something, and resolves with the milliseconds until the last message of the answer is there. */
export type Turn = () => Promise<number>

/** The turns of a new person each time: a text, a kind, a pin, no photo, send. The number is known on WhatsApp. */
export type People = () => readonly Turn[]

const PROBLEM = "C'è una buca profonda davanti al portone"
const PATIENCE_MS = 30_000
const ANSWERS = {
  problem: 'Mi sembra una di queste',
  kind: "Dov'è?",
  place: 'Hai una foto?',
  photos: 'Guarda se va bene',
  send: 'La tua segnalazione è la numero',
} as const
const FIRST_CHOICE = '1'

/** @param thinkMs between an answer and what the person says next */
export function peopleWithPhones(fake: FakeWhatsApp, thinkMs: number): People {
  let people = 0
  return () => {
    const index = people++
    const phone = fake.phone(`+39333${5_000_000 + index}`, { name: 'Robot' })
    const turn =
      (act: () => Promise<unknown>, answer: string): Turn =>
      async () => {
        if (thinkMs > 0) await sleep(thinkMs)
        const began = performance.now()
        await act()
        await phone.receives(answer, { timeoutMs: PATIENCE_MS })
        return performance.now() - began
      }
    return [
      turn(() => phone.sends(PROBLEM), ANSWERS.problem),
      turn(() => phone.sends(FIRST_CHOICE), ANSWERS.kind),
      turn(() => phone.sendsPin(...pointOf(index)), ANSWERS.place),
      turn(() => phone.sends(FIRST_CHOICE), ANSWERS.photos),
      turn(() => phone.sends(FIRST_CHOICE), ANSWERS.send),
    ]
  }
}

export function peopleOnCloud(cloud: FakeCloudApi): People {
  let people = 0
  return () => {
    const index = people++
    const person = cloud.person('Robot')
    const turn =
      (act: () => unknown, answer: string): Turn =>
      async () => {
        const began = performance.now()
        act()
        const { at } = await person.waitFor(answer, PATIENCE_MS)
        return at - began
      }
    return [
      turn(() => person.send(PROBLEM), ANSWERS.problem),
      turn(() => person.press('Buca nella strada'), ANSWERS.kind),
      turn(() => person.sendLocation(...pointOf(index)), ANSWERS.place),
      turn(() => person.press('Non ho foto'), ANSWERS.photos),
      turn(() => person.press('Invia la segnalazione'), ANSWERS.send),
    ]
  }
}
