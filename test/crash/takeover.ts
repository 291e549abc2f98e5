import { randomBytes } from 'node:crypto'
import { type TelegramTown, until } from '../support/telegram-town.js'
import type { Fleet } from './fleet.js'

const PATIENCE_MS = 20_000
/** Longer than a takeover may last: the message is under way in the process that dies. */
const SLOW_MS = 10_000

/** Milliseconds from the death of a process to the moment at which another had taken over its work. */
export interface Takeover {
  /** Somebody wrote to a bot that the dead process polled, and was answered. */
  readonly answeredMs: number
  /** What the dead process was sending was sent. */
  readonly sentMs: number
}

/**
 * Kills the process at a seat while it polls and sends, and takes the time of the other. The one that has run longest
 * leads.
 */
export async function measureTakeover(town: TelegramTown, fleet: Fleet, seat: number): Promise<Takeover> {
  const name = randomBytes(4).toString('hex')
  const [held, other] = [town.newCitizen(name), town.newCitizen(name)]
  town.citizens.faults.next('sendMessage', { kind: 'slow', ms: SLOW_MS })
  const slowBefore = slowCalls(town)
  held.send('lingua')
  await until('a message is under way', () => slowCalls(town) > slowBefore, PATIENCE_MS)
  const began = performance.now()
  await fleet.kill(seat)
  other.send('lingua')
  const answered = other
    .waitFor('Che lingua preferisci?', { timeoutMs: PATIENCE_MS })
    .then(() => performance.now() - began)
  const sent = until(
    'the chat that was interrupted goes on',
    () => nothingWaits(town, held.id),
    PATIENCE_MS,
  ).then(() => performance.now() - began)
  const [answeredMs, sentMs] = await Promise.all([answered, sent])
  return { answeredMs: Math.round(answeredMs), sentMs: Math.round(sentMs) }
}

const slowCalls = ({ citizens }: TelegramTown): number =>
  citizens.callsOf('sendMessage').filter(({ fault }) => fault === 'slow').length

const nothingWaits = async (town: TelegramTown, chat: number): Promise<boolean> => {
  const rows = await town.query(`SELECT 1 FROM outbox WHERE chat = $1 AND status = 'waiting'`, [String(chat)])
  return rows.length === 0
}
