import { Gauge, Registry } from 'prom-client'
import type { Backlog, LineState } from '../app/figures.js'

/** What is looked at when the figures are asked for. */
export interface AtThisMoment {
  /** Missing: the database does not answer. */
  readonly backlog?: Backlog
  readonly lines: readonly LineState[]
  /** Connections of this process. */
  readonly pool: { readonly totalCount: number; readonly idleCount: number; readonly waitingCount: number }
}

type Labels = Readonly<Record<string, string>>

/** Gauges made anew at each scrape: what is not known at this moment has no line, instead of the number of before. */
export function standing({ backlog, lines, pool }: AtThisMoment): Registry {
  const registry = new Registry()
  const show = (name: string, help: string, values: readonly (readonly [Labels, number])[]): void => {
    if (values.length === 0) return
    const labelNames = Object.keys(values[0]?.[0] ?? {})
    const gauge = new Gauge({ name, help, labelNames, registers: [registry] })
    for (const [labels, value] of values) gauge.set(labels, value)
  }
  const one = (value: number): [Labels, number][] => [[{}, value]]

  show('filo_database_up', '1: the database answered this scrape', one(backlog ? 1 : 0))
  show('filo_database_pool_connections', 'Connections of this process to the database', [
    [{ state: 'idle' }, pool.idleCount],
    [{ state: 'busy' }, pool.totalCount - pool.idleCount],
  ])
  show('filo_database_pool_waiting', 'Queries that wait for a connection', one(pool.waitingCount))
  show(
    'filo_poll_leader',
    '1: this process polls the bot; 0: another one does, or it is about to',
    lines.flatMap(({ channel, leads }) =>
      leads === undefined ? [] : [[{ channel }, leads ? 1 : 0] as const],
    ),
  )
  show(
    'filo_line_trouble',
    '1: nothing goes out until somebody does something about it',
    lines.flatMap(({ channel, trouble }) => (trouble ? [[{ channel, trouble }, 1] as const] : [])),
  )
  show(
    'filo_link_open',
    '1: the line that this process holds open stands; 0: `state` says why not',
    lines.flatMap(({ channel, link }) =>
      link ? [[{ channel, state: link.state }, link.state === 'open' ? 1 : 0] as const] : [],
    ),
  )
  if (!backlog) return registry

  const { jobs } = backlog
  const perChannel = (pick: (waiting: Backlog['outbox'][number]) => number): [Labels, number][] => {
    const channels = new Set([...lines, ...backlog.outbox].map(({ channel }) => channel))
    return [...channels].map((channel) => {
      const waiting = backlog.outbox.find((each) => each.channel === channel)
      return [{ channel }, waiting ? pick(waiting) : 0]
    })
  }
  show(
    'filo_outbox_messages',
    'Messages that wait to be sent',
    perChannel(({ messages }) => messages),
  )
  show(
    'filo_outbox_oldest_seconds',
    'Age of the oldest message that waits to be sent',
    perChannel(({ oldestSeconds }) => oldestSeconds),
  )
  show(
    'filo_outbox_unattended_seconds',
    'For how long a message could have been sent and no process has taken it in hand',
    perChannel(({ unattendedSeconds }) => unattendedSeconds),
  )
  show('filo_jobs', 'Jobs that wait, retries included, and jobs that were given up', [
    [{ state: 'waiting' }, jobs.waiting],
    [{ state: 'failed' }, jobs.failed],
  ])
  show(
    'filo_timers_overdue',
    'Timers that have been due for more than two minutes',
    one(backlog.timersOverdue),
  )
  show('filo_updates_set_aside', 'Updates that wait for `filo replay`', one(backlog.setAside))
  show(
    'filo_reports_open',
    'Reports that are not at their end',
    backlog.openReports.map(({ status, reports }) => [{ status }, reports]),
  )
  return registry
}
