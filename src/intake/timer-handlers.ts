import { endLink } from '../app/link-citizens.js'
import type { DueTimer, Tx } from '../app/ports.js'
import { remindOffice, reportOverdue } from '../app/remind-office.js'
import { tellClosed } from '../app/tell-closed.js'
import { linkStillDown } from '../app/tell-linked-device.js'
import { feedbackFrame } from '../citizen/feedback-dialog.js'
import { linkQuestionFrame } from '../citizen/link-dialog.js'
import type { Report } from '../domain/report.js'
import type { ChannelName, ChatId, ReportId } from '../kernel/ids.js'
import type { Address } from '../messaging/inbound.js'
import { refusedLate } from './receipt.js'
import { runTurns, type TurnDeps } from './turns.js'

/** What each kind of timer does; a timer of a conversation enters it like any event. */
export function createTimerHandlers(citizens: TurnDeps) {
  const here = () => ({ town: citizens.world.town, now: citizens.now() })
  const reportOf = (timer: DueTimer) => Number(timer.key) as ReportId

  const nudge = (tx: Tx, timer: DueTimer): Promise<void> =>
    runTurns(citizens, tx, [
      { chat: chatOf(timer), incoming: { type: 'nudge', kind: timer.kind, payload: null } },
    ])

  return {
    draft_reminder: nudge,
    draft_end: nudge,
    claim_reminder: (tx: Tx, timer: DueTimer) => remindOffice(tx, here(), reportOf(timer)),
    claim_overdue: (tx: Tx, timer: DueTimer) => reportOverdue(tx, here(), reportOf(timer)),
    tell_closed: async (tx: Tx, timer: DueTimer): Promise<void> => {
      const closed = await tellClosed(tx, here(), reportOf(timer))
      // In a transaction of its own: turns lock the conversation before the report, here it would be the other way.
      if (closed) await tx.timers.set({ kind: 'ask_fixed', key: timer.key, dueAt: timer.dueAt })
    },
    ask_fixed: async (tx: Tx, timer: DueTimer): Promise<void> => {
      const report = await tx.reports.get(reportOf(timer))
      if (report?.status === 'closed') await askWhetherFixed(tx, citizens, report)
    },
    device_down: (tx: Tx) => linkStillDown(tx),
    late_refusal: (tx: Tx, timer: DueTimer) => refusedLate(tx, here(), timer),
    ask_link: (tx: Tx, timer: DueTimer) => askWhoGaveCode(tx, citizens, Number(timer.key)),
    end_link: (tx: Tx, timer: DueTimer) => endLink(tx, citizens.now(), Number(timer.key)),
  }
}

/** Only who reported it is asked, and only where it was said to be fixed. */
async function askWhetherFixed(tx: Tx, citizens: TurnDeps, report: Report): Promise<void> {
  if (report.outcome !== 'resolved' || report.reporter === undefined) return
  const address = await tx.citizens.addressOf(report.reporter)
  if (!address?.reachable) return
  const { channel, chat } = address
  await runTurns(citizens, tx, [
    { chat: { channel, chat }, incoming: { type: 'ask', ...feedbackFrame(report.id) } },
  ])
}

/** Somebody typed the code: whoever gave it is asked whether it was they, and told what the other would see. */
async function askWhoGaveCode(tx: Tx, citizens: TurnDeps, id: number): Promise<void> {
  const link = await tx.links.get(id)
  if (!link?.typed || link.ended) return
  const { chat } = link.typed
  const name = (await tx.citizens.find(chat))?.name
  const asks = linkQuestionFrame({ link: id, channel: chat.channel, name })
  await runTurns(citizens, tx, [{ chat: link.given.chat, incoming: { type: 'ask', ...asks } }])
}

const chatOf = ({ payload }: DueTimer): Address => ({
  channel: String(payload.channel) as ChannelName,
  chat: String(payload.chat) as ChatId,
})
