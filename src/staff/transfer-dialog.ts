import type { Ctx, Dialog, Move, Option, Question } from '../dialog/dialog.js'
import { officeName } from '../domain/report-text.js'
import { categoriesOf, findCategory, findOffice } from '../domain/town.js'
import type { CategoryCode, OfficeCode } from '../kernel/ids.js'
import { plainAnswerOf } from '../kernel/plain-answer.js'
import { text } from '../kernel/text.js'
import { refusal } from './answers.js'
import { answerTo, ask } from './effects.js'
import { aboutWork, inBetween, lookedUp, type Work, withMore } from './work.js'

type Moving = Work & {
  readonly step?: 'category' | 'office' | 'note'
  readonly group?: string
  readonly to?: { readonly category?: CategoryCode; readonly office?: OfficeCode }
}

/** To another category, which decides the office, or straight to an office; a note for the colleagues if one likes. */
export const transferDialog: Dialog<Moving> = {
  name: 'transfer',
  question(work, ctx) {
    if (!work.subject) return null
    switch (work.step) {
      case undefined:
        return askGroup(work, ctx)
      case 'category':
        return askCategory(work, ctx)
      case 'office':
        return askOffice(work, ctx)
      case 'note':
        return askNote(work, ctx)
      default:
        return work.step satisfies never
    }
  },
  handle(work, event, ctx) {
    const begun = lookedUp(work, event, ctx, 'transfer')
    if (begun) return begun
    const moved = answerTo('change_report', event)
    if (moved?.purpose === 'transfer') {
      const { result, number } = moved
      const says = result.ok
        ? text('staff.transfer.done', { number, office: officeName(ctx.world.town, result.report.office) })
        : refusal(result, number)
      return { end: true, say: [{ body: [says], about: work.report }] }
    }
    if (event.type === 'text') {
      const plain = plainAnswerOf(event.text)
      const goes = plain === 'yes' || (plain === 'no' && !work.text)
      if (plain) return work.step === 'note' && goes ? send(work) : { state: work }
      const noted = withMore(work, event.text)
      return work.step === 'note' ? send(noted) : { state: noted }
    }
    if (event.type === 'back' && work.step) {
      return {
        state: { ...work, step: work.step === 'note' && work.group ? 'category' : undefined, to: undefined },
      }
    }
    return (event.type === 'choice' ? chosen(work, event.id, ctx) : null) ?? inBetween(work, event, ctx)
  },
}

const askGroup = (work: Moving, ctx: Ctx): Question => ({
  body: [text('staff.transfer.ask_group', aboutWork(work, ctx))],
  options: [
    ...ctx.world.town.groups.map(({ code, name }) => ({ id: `group.${code}`, label: { localised: name } })),
    { id: 'offices', label: text('staff.transfer.by_office'), everyPage: true },
  ],
  ways: ['cancel'],
})

const askCategory = (work: Moving, ctx: Ctx): Question => ({
  body: [text('staff.transfer.ask_category', aboutWork(work, ctx))],
  options: (groupOf(work.group, ctx)?.categories ?? []).map(
    ({ code, name }): Option => ({ id: `category.${code}`, label: { localised: name } }),
  ),
  ways: ['back', 'cancel'],
})

const askOffice = (work: Moving, ctx: Ctx): Question => ({
  body: [text('staff.transfer.ask_office', aboutWork(work, ctx))],
  options: ctx.world.town.offices
    .filter(({ code }) => code !== work.subject?.office)
    .map(({ code, name }): Option => ({ id: `office.${code}`, label: { localised: name } })),
  ways: ['back', 'cancel'],
})

const askNote = (work: Moving, ctx: Ctx): Question => ({
  body: [
    text('staff.transfer.ask_note', {
      ...aboutWork(work, ctx),
      to: officeName(ctx.world.town, targetOffice(work, ctx)),
    }),
    ...(work.text ? [text('staff.transfer.kept', { words: work.text })] : []),
  ],
  options: [
    { id: 'move', label: text(work.text ? 'staff.transfer.with_note' : 'staff.transfer.without_note') },
  ],
  ways: ['back', 'cancel'],
})

const groupOf = (code: string | undefined, { world: { town } }: Ctx) =>
  town.groups.find((group) => group.code === code)

function targetOffice({ to, subject }: Moving, { world: { town } }: Ctx): OfficeCode {
  const category = to?.category && findCategory(town, to.category)
  return to?.office ?? (category ? category.office : undefined) ?? (subject?.office as OfficeCode)
}

function chosen(work: Moving, id: string, ctx: Ctx): Move | null {
  const { town } = ctx.world
  const [kind, ...rest] = id.split('.')
  const code = rest.join('.')
  if (id === 'offices') return { state: { ...work, step: 'office', group: undefined } }
  if (id === 'move' && work.to) return send(work)
  if (kind === 'group') {
    const group = groupOf(code, ctx)
    const [only, second] = group?.categories ?? []
    if (!only) return null
    return second
      ? { state: { ...work, step: 'category', group: code } }
      : toTarget({ ...work, group: undefined }, { category: only.code })
  }
  const category = categoriesOf(town).find((one) => kind === 'category' && one.code === code)
  if (category) return toTarget(work, { category: category.code })
  const office = kind === 'office' ? findOffice(town, code as OfficeCode) : undefined
  return office ? toTarget(work, { office: office.code }) : null
}

/** The category that it has already is no move. */
const toTarget = (work: Moving, to: NonNullable<Moving['to']>): Move =>
  to.category !== undefined && to.category === work.subject?.category
    ? { say: [{ body: [text('staff.transfer.same')] }], state: { ...work, step: undefined, to: undefined } }
    : { state: { ...work, step: 'note', to } }

const send = ({ report, subject, to, text: words }: Moving): Move => ({
  effects: [
    ask(
      'change_report',
      { report, action: 'transfer', moveTo: to, text: words, seenVersion: subject?.version },
      'transfer',
    ),
  ],
})
