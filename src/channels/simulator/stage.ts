import type { Feature, MultiPolygon, Polygon } from 'geojson'
import { DateTime } from 'luxon'
import type { Town } from '../../domain/town.js'
import { type Clock, DAY, HOUR } from '../../kernel/clock.js'
import type { Phone } from './phone.js'
import { act, type Heard, Said, stateOf } from './protocol.js'
import type { Seat } from './roster.js'
import type { Simulator } from './simulator.js'

/** Business time that can be moved forward. */
export interface SimulatorClock extends Clock {
  /** Goes forward by milliseconds, stopping at every due timer; a number as its answer says how many there were. */
  advance(ms: number): Promise<unknown>
  nextDigest?(): Date
}

/** What the stage uses of a WebSocket. */
export interface Socket {
  send(text: string): void
  on(event: 'message', listener: (data: Buffer) => void): unknown
  on(event: 'close', listener: () => void): unknown
}

export interface StageDeps {
  readonly simulator: Simulator
  readonly clock: SimulatorClock
  readonly town: Pick<Town, 'name' | 'timeZone'>
  readonly boundary: Feature<Polygon | MultiPolygon>
  readonly seats: readonly Seat[]
}

/** Older bubbles stay in the phone's memory but are not shown. */
const SHOWN_MESSAGES = 300
const TICK_MS = 150
const MORNING_HOUR = 8

/** All phones and the clock, as all open pages see them. */
export function serveStage({ simulator, clock, town, boundary, seats }: StageDeps) {
  const sockets = new Set<Socket>()
  const phones = new Map<string, { seat: Seat; phone: Phone }>(
    seats.map((seat) => [
      seat.chat,
      { seat, phone: simulator.phone(seat.channel, seat.chat, { name: seat.name, locale: 'it' }) },
    ]),
  )
  let until: Date | undefined
  let answers = 0

  const tell = (heard: Heard, to: Iterable<Socket> = sockets) => {
    const text = JSON.stringify(heard)
    for (const socket of to) socket.send(text)
  }

  const endings = [...phones].map(([id, { phone }]) =>
    phone.onChange((messages) => {
      answers += messages.filter(({ by, edited }) => by === 'bot' && !edited).length
      tell({ type: 'phone', phone: id, state: stateOf(phone), messages })
    }),
  )

  const clockNow = (): Heard => ({
    type: 'clock',
    now: clock.now().toISOString(),
    ...(until && { until: until.toISOString() }),
    ...(clock.nextDigest && { nextDigest: clock.nextDigest().toISOString() }),
  })
  const ticking = setInterval(() => tell(clockNow()), TICK_MS * 100)
  ticking.unref()

  async function forward(by: Extract<Said, { type: 'forward' }>['by'], from: Socket): Promise<void> {
    if (until) return tell({ type: 'refused', why: 'moving' }, [from])
    const ms = wayTo(by, clock.now(), town.timeZone)
    until = new Date(clock.now().getTime() + ms)
    const before = answers
    const progress = setInterval(() => tell(clockNow()), TICK_MS)
    tell(clockNow())
    try {
      const timers = await clock.advance(ms)
      tell({ type: 'moved', messages: answers - before, ...(typeof timers === 'number' && { timers }) })
    } finally {
      clearInterval(progress)
      until = undefined
      tell(clockNow())
    }
  }

  async function hear(data: Buffer, from: Socket): Promise<void> {
    const said = Said.safeParse(parse(data))
    if (!said.success) return tell({ type: 'refused', why: 'malformed' }, [from])
    if (said.data.type === 'forward') return forward(said.data.by, from)
    const known = phones.get(said.data.phone)
    if (!known) return tell({ type: 'refused', why: 'malformed' }, [from])
    return act(known.phone, said.data, known.seat.number)
  }

  return {
    /** Greets a page with everything, then keeps it up to date. */
    join(socket: Socket): void {
      const greeting = {
        type: 'hello',
        town,
        boundary: boundary.geometry,
        phones: [...phones].map(([id, { seat, phone }]) => ({
          id,
          role: seat.role,
          name: seat.name,
          office: seat.office,
          state: stateOf(phone),
          messages: phone.messages.slice(-SHOWN_MESSAGES),
        })),
      }
      socket.send(JSON.stringify(greeting))
      tell(clockNow(), [socket])
      sockets.add(socket)
      // What one person does on a page happens in that order; time may take long and holds nobody up.
      let before = Promise.resolve()
      socket.on('message', (data) => {
        before = before.then(() => {
          const done = hear(data, socket).catch(() => tell({ type: 'refused', why: 'failed' }, [socket]))
          return until ? undefined : done
        })
      })
      socket.on('close', () => sockets.delete(socket))
    },
    close(): void {
      clearInterval(ticking)
      for (const end of endings) end()
    },
  }
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Milliseconds of the way; "tomorrow" is the next day's morning on the town's own clocks. */
function wayTo(by: 'hour' | 'day' | 'tomorrow', now: Date, timeZone: string): number {
  if (by === 'hour') return HOUR
  if (by === 'day') return DAY
  const morning = DateTime.fromJSDate(now, { zone: timeZone })
    .plus({ days: 1 })
    .startOf('day')
    .set({ hour: MORNING_HOUR })
  return morning.toMillis() - now.getTime()
}
