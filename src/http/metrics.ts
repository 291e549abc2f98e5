import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Figures } from '../app/figures.js'
import { type AtThisMoment, standing } from './standing.js'

/** Seconds; a turn takes a few milliseconds, and one that waits for the database as long as that is away. */
const TURN_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]
const TURNS_TOGETHER = [1, 2, 4, 8, 16, 32, 64]

export interface Metrics extends Figures {
  /** All of them, in Prometheus' text format. */
  text(): Promise<{ readonly type: string; readonly text: string }>
}

/**
 * The figures of one running product, for Prometheus. No label holds anything about a person.
 * @param now is asked at each scrape
 */
export function createMetrics(now: () => Promise<AtThisMoment>): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter<Label>({ name, help, labelNames, registers })

  const updates = counter('filo_updates_total', 'Updates that came in, by what became of them', [
    'channel',
    'outcome',
  ])
  const turnSeconds = new Histogram({
    name: 'filo_turn_duration_seconds',
    help: 'From the arrival of an update to the commit of its turn',
    buckets: TURN_SECONDS,
    registers,
  })
  const together = new Histogram({
    name: 'filo_turn_batch_size',
    help: 'Turns that shared one transaction',
    buckets: TURNS_TOGETHER,
    registers,
  })
  const sends = counter('filo_sends_total', 'Network messages handed over, by what the network said', [
    'channel',
    'result',
  ])
  const digests = counter('filo_digests_sent_total', 'Daily digests written by this process')

  return {
    updated: (channel, outcome) => updates.inc({ channel, outcome }),
    turned(seconds) {
      together.observe(seconds.length)
      for (const each of seconds) turnSeconds.observe(each)
    },
    sent: (channel, result) => sends.inc({ channel, result }),
    digested: (many) => digests.inc(many),
    async text() {
      const text = (await registry.metrics()) + (await standing(await now()).metrics())
      return { type: registry.contentType, text }
    },
  }
}
