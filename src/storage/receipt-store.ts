import type { Matters, Receipts, RefusedMessage } from '../app/ports.js'
import type { Locale, ReportId } from '../kernel/ids.js'
import type { OutboundMessage } from '../messaging/outbound.js'
import type { HotQuery } from './hot-query.js'
import { REPLY_REACH } from './outbox-writer.js'

/** Later words count only when they say more: who has read it has it. */
const RANK = "array_position(ARRAY['refused', 'delivered', 'read'], %.status)"
const rankOf = (table: string): string => RANK.replace('%', table)

/** What networks say of messages after they took them, in the running transaction. */
export function createReceipts(query: HotQuery): Receipts {
  return {
    async keep({ chat: { channel, chat }, message, status, at, why }) {
      const rows = await query(
        'receipt-keep',
        `INSERT INTO receipt AS known (channel, chat, message, status, at, why) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (channel, chat, message) DO UPDATE
            SET status = excluded.status, at = excluded.at, why = excluded.why
          WHERE ${rankOf('excluded')} > ${rankOf('known')}
         RETURNING 1`,
        [channel, chat, message, status, at, why ?? null],
      )
      return rows.length === 1
    },

    async refuse({ channel, chat }, message, why) {
      const rows = await query<{
        message: OutboundMessage
        locale: Locale
        about: string | null
        matters: Matters | null
        before: string
      }>(
        'receipt-refuse',
        `WITH said AS (
           SELECT channel, chat, seq, status FROM outbox
            WHERE channel = $1 AND chat = $2 AND $3 = ANY (ext_ids)
              AND seq > (SELECT last_seq FROM outbox_head WHERE channel = $1 AND chat = $2) - ${REPLY_REACH}
            ORDER BY seq DESC LIMIT 1 FOR UPDATE
         )
         UPDATE outbox o SET status = 'refused', why = CASE WHEN said.status = 'refused' THEN o.why ELSE $4 END,
                settled_at = coalesce(o.settled_at, clock_timestamp())
           FROM said WHERE o.channel = said.channel AND o.chat = said.chat AND o.seq = said.seq
         RETURNING o.message, o.locale, o.about, o.matters, said.status AS before`,
        [channel, chat, message, why],
      )
      const [row] = rows
      if (!row) return 'unknown'
      if (row.before === 'refused') return 'refused-before'
      const refused: RefusedMessage = {
        message: row.message,
        locale: row.locale,
        about: row.about === null ? undefined : (Number(row.about) as ReportId),
        matters: row.matters ?? undefined,
      }
      return refused
    },

    async lastNewsOf(report, citizen) {
      const [row] = await query<{ status: 'delivered' | 'read'; at: Date }>(
        'receipt-last-news',
        `SELECT receipt.status, receipt.at
           FROM (SELECT o.channel, o.chat, o.ext_ids, o.status
                   FROM address a JOIN outbox o ON o.channel = a.channel AND o.chat = a.chat
                  WHERE a.citizen = $2 AND o.about = $1 AND o.status <> 'waiting' AND NOT o.message ? 'replaces'
                  ORDER BY o.created_at DESC, o.seq DESC LIMIT 1) last
           JOIN receipt ON receipt.channel = last.channel AND receipt.chat = last.chat
            AND receipt.message = last.ext_ids[array_upper(last.ext_ids, 1)]
          WHERE last.status = 'sent' AND receipt.status IN ('delivered', 'read')`,
        [report, citizen],
      )
      return row
    },
  }
}
