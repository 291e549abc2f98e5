import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { numberIn, pointOf } from '../support/telegram-town.js'
import type { Chance } from './chance.js'
import type { Hand, Seen } from './citizens.js'

/** A colour tells one photo from every other: red, green, blue. */
export type Colour = readonly [number, number, number]

/** A robot and what it sent, to be found again at the end. */
export interface CitizenRobot {
  readonly hand: Pick<Hand, 'chat' | 'heard'>
  readonly point: readonly [number, number]
  readonly words: string
  readonly photos: readonly Colour[]
  /** The whole conversation, from the first word to the receipt. Resolves with the report's number. */
  report(): Promise<number>
  /** Begins another conversation and ends it: the session is not stuck. */
  talkAgain(): Promise<void>
  /** How often it had to do something once more because nobody answered. */
  readonly askedAgain: number
}

export interface CitizenWays {
  readonly chance: Chance
  /** For an answer, while processes come and go. */
  readonly patienceMs: number
  /** People take a moment between two steps; milliseconds at most. */
  readonly thinkMs: number
}

const PLACES = 20
/** The same press or message once more, as people do it: after a long silence presses are dropped by the network. */
const TRIES = 3
const STYLES = ['photo', 'album', 'caption first', 'words'] as const
const PHOTOS = { photo: 1, album: 2, 'caption first': 1, words: 0 } as const

/** Far enough from one another to be told apart after JPEG. */
const colourOf = (index: number): Colour => [
  (index % 16) * 16 + 8,
  (Math.floor(index / 16) % 16) * 16 + 8,
  (Math.floor(index / 256) % 16) * 16 + 8,
]

/** Larger than the network's smaller sizes, so that fetching one of these shows. */
const photoOf = ([r, g, b]: Colour): Promise<Buffer> =>
  sharp({ create: { width: 400, height: 300, channels: 3, background: { r, g, b } } })
    .jpeg()
    .toBuffer()

/** @param index which robot: decides what it sends, and how */
export function createCitizenRobot(hand: Hand, index: number, ways: CitizenWays): CitizenRobot {
  const { chance, patienceMs, thinkMs } = ways
  const style = STYLES[index % STYLES.length] as (typeof STYLES)[number]
  const point = pointOf(index % (PLACES * PLACES))
  const photos = Array.from({ length: PHOTOS[style] }, (_, each) => colourOf(index * 2 + each))
  const draft = `C'è una buca nella strada, la numero ${index} del giro`
  const words = style === 'album' ? `${draft}, ed è profonda` : draft
  let askedAgain = 0

  /** Does something and waits for the answer. */
  async function step(act: () => void | Promise<void>, seen: Seen): Promise<string> {
    if (thinkMs > 0) await sleep(chance.between(0, thinkMs))
    for (let attempt = 1; ; attempt++) {
      try {
        await act()
      } catch (error) {
        // A button that is gone by now was pressed: the process that heard it died before it had said all.
        if (attempt === 1) throw error
      }
      try {
        return await hand.sees(seen, patienceMs)
      } catch (error) {
        if (attempt === TRIES) throw error
        askedAgain++
      }
    }
  }

  const choose = (label: string | RegExp, seen: Seen) => step(() => hand.choose(label), seen)

  const hello = (seen: Seen) => step(() => hand.say('ciao'), seen)

  async function category(): Promise<void> {
    await hello('Scegli dalla lista')
    await choose(/^Strade e segnali/, 'Più di preciso?')
    await choose('Buca nella strada', "Dov'è?")
  }

  const place = (seen: Seen) => step(() => hand.showPlace(...point), seen)

  /** Up to the card that shows everything. */
  async function upToTheCard(files: readonly Buffer[]): Promise<void> {
    const [first] = files
    switch (style) {
      case 'photo':
        await category()
        await place('Hai una foto?')
        await step(() => hand.sendPhoto(first as Buffer), 'Ho ricevuto una foto')
        await choose(/Avanti/, 'Che cosa succede?')
        await step(() => hand.say(words), 'Guarda se va bene')
        return
      case 'album': {
        await category()
        await place('Hai una foto?')
        await step(() => hand.sendAlbum(files, draft), 'Ho ricevuto')
        await choose(/Avanti/, 'Guarda se va bene')
        const correctedCard: Seen = (text, choices) => text.includes(words) && choices.length > 0
        await step(() => hand.correct(draft, words), correctedCard)
        return
      }
      case 'caption first':
        await step(() => hand.sendPhoto(first as Buffer, words), 'Mi sembra una di queste')
        await choose('Buca nella strada', "Dov'è?")
        await place('Guarda se va bene')
        return
      case 'words':
        await step(() => hand.say(words), 'Mi sembra una di queste')
        await choose('Buca nella strada', "Dov'è?")
        await place('Hai una foto?')
        await choose('Non ho foto', 'Guarda se va bene')
        return
      default:
        return style satisfies never
    }
  }

  return {
    hand,
    point,
    words,
    photos,
    get askedAgain() {
      return askedAgain
    },
    async report() {
      await upToTheCard(await Promise.all(photos.map(photoOf)))
      return numberIn(await choose(/Invia la segnalazione/, 'La tua segnalazione è la numero'))
    },
    async talkAgain() {
      // With something to choose: the question of before loses its buttons first, and says the same.
      const answer = await hello(
        (text, choices) =>
          /Che cosa vuoi fare\?|anche per te il problema è risolto\?/.test(text) && choices.length > 0,
      )
      if (answer.includes('anche per te')) {
        await choose(/Sì/, "Grazie per l'aiuto")
        await hello('Che cosa vuoi fare?')
      }
      await choose(/Segnalare un problema/, 'Scegli dalla lista')
      await step(() => hand.say('annulla'), 'Quando vuoi, scrivi')
    },
  }
}
