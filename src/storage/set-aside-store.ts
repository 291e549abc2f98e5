import type { DataSource } from 'typeorm'
import type { ChannelName } from '../kernel/ids.js'

/** An event that no turn could digest; what it says stays in its row. */
export interface SetAsideEvent {
  readonly channel: ChannelName
  readonly id: string
  readonly at: Date
  /** The error's class: its sentence may quote what somebody wrote. */
  readonly error: string
}

const ERROR_CLASS = /^\w*(?:Error|Exception)\b/i

/** All that wait, the oldest first: in the order in which they should be replayed. */
export async function readSetAside(dataSource: Pick<DataSource, 'query'>): Promise<SetAsideEvent[]> {
  const rows: SetAsideEvent[] = await dataSource.query(
    `SELECT channel, id, received_at AS at, coalesce(error, '') AS error FROM inbox
      WHERE status = 'set_aside' ORDER BY received_at, channel, length(id), id`,
  )
  return rows.map((row) => ({ ...row, error: ERROR_CLASS.exec(row.error)?.[0] ?? 'unknown' }))
}
