import type { Ctx, Dialog, DialogEvent, Dialogs, Move, Saying } from '../dialog/dialog.js'
import { isLight } from '../dialog/frames.js'
import type { Session } from '../dialog/session.js'
import { looksDangerous } from '../domain/danger.js'
import { misconductChannel } from '../domain/misconduct.js'
import { suggestCategories } from '../domain/suggest-category.js'
import { plainAnswerOf } from '../kernel/plain-answer.js'
import { BLANK_LINE, text } from '../kernel/text.js'
import { tokens } from '../kernel/words.js'
import { emptyDraft, withWords } from './draft.js'
import { effect } from './effects.js'
import { feedbackDialog, oneAtATime } from './feedback-dialog.js'
import { linkDialog, linkFrame, typedLink, unlinkFrame, wantsYesOrNo } from './link-dialog.js'
import { beginMyReports, myReportsDialog } from './my-reports-dialog.js'
import { contactSaved, phoneDialog } from './phone-dialog.js'
import { beginReport, reportDialog } from './report-dialog.js'
import { addedByReply, addedTo, editedLater, nudged } from './sent-before.js'
import {
  helpTexts,
  languageDialog,
  languageFrame,
  menuDialog,
  menuFrame,
  operatorDialog,
  operatorFrame,
  saidBefore,
} from './service-dialogs.js'
import { unsupported } from './unsupported.js'
import { COMMANDS, isThanks, type Wish, WORDS_OF_A_REPORT, wishOf } from './words.js'

const dialogs: readonly Dialog[] = [
  reportDialog,
  myReportsDialog,
  phoneDialog,
  menuDialog,
  operatorDialog,
  languageDialog,
  feedbackDialog,
  linkDialog,
]

/** Everything a citizen can talk about. */
export const citizenDialogs: Dialogs = {
  byName: new Map(dialogs.map((dialog) => [dialog.name, dialog])),

  first(event, session, ctx) {
    const link = typedLink(event)
    const wish = link ? 'link' : wished(event)
    if (needsNotice(session, ctx) && event.type !== 'edited') return welcome(event, wish, session, ctx)
    if (wish === 'back' || wish === 'cancel') return { instead: { type: wish } }
    if (link) return anew(session, link)
    if (wish) return fulfil(wish, session, ctx)
    const waits = hasDraft(session) ? oneAtATime(event, session.frames.at(-1)) : null
    return addedByReply(event, session, ctx) ?? waits
  },

  isCommand: (words) => wishOf(words) !== undefined,

  rest(event, session, ctx) {
    switch (event.type) {
      case 'text':
        return spoken(event.text, ctx)
      case 'location':
      case 'media':
        return begun(event, ctx) ?? { say: [unsupported(event)] }
      case 'done':
        return event.ref === 'add_to_report' ? addedTo(event, ctx) : { quiet: true }
      case 'choice':
        return {
          say: [{ body: [text('dialog.outdated')] }],
          ...(session.frames.length === 0 && { begin: menuFrame() }),
        }
      case 'contact':
        return contactSaved(event)
      case 'unsupported':
        return { say: [unsupported(event)] }
      case 'command':
        return { say: [{ body: [text('citizen.unknown_command')] }] }
      case 'edited':
        return editedLater(event.message, event.text, ctx)
      case 'nudge':
        return nudged(event)
      case 'back':
      case 'cancel':
        return { say: [{ body: [text('dialog.nothing_to_cancel')] }] }
      default:
        return event satisfies never
    }
  },
}

function wished(event: DialogEvent): Wish | undefined {
  if (event.type === 'command') return Object.hasOwn(COMMANDS, event.name) ? COMMANDS[event.name] : undefined
  return event.type === 'text' && !event.about ? wishOf(event.text) : undefined
}

const needsNotice = (session: Session, { world }: Ctx): boolean =>
  session.memory.notice !== world.town.notice.version

/**
 * First contact, or the notice changed: greeting, what is done with the data, who answers emergencies; then to business.
 * Who is new begins a report with whatever came; for everybody else the event goes its usual way.
 */
function welcome(event: DialogEvent, wish: Wish | undefined, session: Session, ctx: Ctx): Move {
  const { town } = ctx.world
  const again = session.memory.notice !== undefined
  const greeting: Saying = {
    body: [
      text(again ? 'welcome.notice_changed' : 'welcome.hello', { town: town.name }),
      BLANK_LINE,
      text('welcome.notice', { url: town.notice.url }),
      BLANK_LINE,
      text('welcome.emergency'),
    ],
  }
  const isPlain = wish === undefined || wish === 'start' || wish === 'back' || wish === 'cancel'
  const begins = isPlain && !again && session.frames.length === 0 && !isAbout(event)
  const next: Move = begins ? (begun(event, ctx) ?? beginReport()) : { quiet: true, pass: true }
  return {
    ...next,
    say: [greeting, ...(next.say ?? [])],
    effects: [effect('record_notice', { version: town.notice.version }), ...(next.effects ?? [])],
    remember: { ...next.remember, notice: town.notice.version },
  }
}

const isAbout = (event: DialogEvent): boolean => 'about' in event && event.about !== undefined

/** What is only looked at gives way to what is asked for: nothing piles up. */
const anew = (session: Session, move: Move): Move => ({ ...move, end: looksOnly(session) })

const hasDraft = ({ frames }: Session): boolean => frames.some(({ dialog }) => dialog === reportDialog.name)

const isTop = ({ frames }: Session, { name }: Dialog): boolean => frames.at(-1)?.dialog === name

function looksOnly({ frames }: Session): boolean {
  const top = frames.at(-1)
  return top !== undefined && isLight(citizenDialogs, top)
}

function fulfil(wish: Exclude<Wish, 'back' | 'cancel'>, session: Session, { world }: Ctx): Move | null {
  const idle = session.frames.length === (looksOnly(session) ? 1 : 0)
  switch (wish) {
    case 'start':
    case 'menu':
      // With a draft under way its question is put again: one is where one was.
      return anew(
        session,
        idle ? { begin: menuFrame() } : { say: [{ body: [text('citizen.we_were_here')], leads: true }] },
      )
    case 'report':
      return hasDraft(session)
        ? { say: [{ body: [text('citizen.we_were_here')], leads: true }] }
        : anew(session, beginReport(withWords(emptyDraft, saidBefore(session.frames.at(-1)))))
    case 'help':
      return { say: [{ body: helpTexts }] }
    case 'mine':
      return anew(session, beginMyReports())
    case 'operator':
      return anew(session, { begin: operatorFrame })
    case 'language':
      // Which one is named is an answer to the question that is open.
      return isTop(session, languageDialog) ? null : anew(session, { begin: languageFrame })
    case 'link':
      return wantsYesOrNo(session.frames.at(-1)) ? null : anew(session, { begin: linkFrame })
    case 'unlink':
      return wantsYesOrNo(session.frames.at(-1)) ? null : anew(session, { begin: unlinkFrame })
    case 'privacy':
      return { say: [{ body: [text('privacy.notice', { url: world.town.notice.url })] }] }
    default:
      return wish satisfies never
  }
}

/** A report that begins with what the person sent: the dialog itself takes it in. Null: it cannot begin so. */
function begun(event: DialogEvent, ctx: Ctx): Move | null {
  if (event.type !== 'text' && event.type !== 'location' && event.type !== 'media') return null
  if (event.type === 'text' && (wishOf(event.text) || plainAnswerOf(event.text))) return null
  const begin = beginReport({ ...emptyDraft, watchedAt: ctx.world.now.toISOString() })
  const move = reportDialog.handle(begin.begin?.state ?? null, event, ctx)
  if (!move) return null
  const { state, ...rest } = move
  return {
    ...rest,
    begin: { dialog: reportDialog.name, state: state ?? begin.begin?.state ?? null },
    effects: [...(begin.effects ?? []), ...(move.effects ?? [])],
    quiet: false,
  }
}

function spoken(words: string, ctx: Ctx): Move {
  if (isThanks(words)) return { say: [{ body: [text('citizen.welcome')] }] }
  if (!words.trim()) return { say: [{ body: [text('report.empty')] }] }
  const { town } = ctx.world
  const isReport =
    tokens(words).length >= WORDS_OF_A_REPORT ||
    looksDangerous(town, words) ||
    misconductChannel(town, words) !== undefined ||
    suggestCategories(town, words).length > 0
  return (
    (isReport && begun({ type: 'text', text: words }, ctx)) || {
      begin: menuFrame(plainAnswerOf(words) ? '' : words),
    }
  )
}
