import type { Acting } from '../../src/app/effects.js'
import type { StaffMember } from '../../src/app/ports.js'
import { advance, type Incoming, type Step } from '../../src/dialog/advance.js'
import type { Effect } from '../../src/dialog/dialog.js'
import { type Json, newSession, type Session } from '../../src/dialog/session.js'
import type { World } from '../../src/dialog/world.js'
import { createTranslator } from '../../src/i18n/translator.js'
import type { Locale, OfficeCode, ReportId, StaffId, UserId } from '../../src/kernel/ids.js'
import type { InboundContent } from '../../src/messaging/inbound.js'
import type { Translate } from '../../src/messaging/translate.js'
import { staffDialogs } from '../../src/staff/dialogs.js'
import type { StaffEffects } from '../../src/staff/effects.js'
import { aTown } from './builders.js'
import { anAddress } from './rows.js'

export const NOW = new Date('2026-11-23T10:00:00Z')

/** An operator of `maintenance`. */
export const aColleague = (overrides: Partial<StaffMember> = {}): StaffMember => ({
  id: 1 as StaffId,
  name: 'Anna',
  role: 'operator',
  offices: ['maintenance' as OfficeCode],
  frontDesk: false,
  locale: 'it',
  address: anAddress('anna', 'telegram-staff'),
  ...overrides,
})

/** What was said in a step, in words, and what was asked to be done. */
export interface Turn {
  /** Every message, its paragraphs joined; edits of earlier ones are left out. */
  readonly words: string
  readonly buttons: readonly string[]
  readonly effects: readonly Effect[]
  readonly steps: readonly Step[]
}

/** A staff phone at the desk: what comes back of an effect is given by the test, as data. */
export interface DeskPhone {
  readonly session: () => Session
  type(words: string, about?: number): Turn
  command(name: string, rest?: string): Turn
  press(id: string): Turn
  send(content: InboundContent): Turn
  /** Answers the effect that was asked for last. */
  answer<Name extends keyof StaffEffects>(name: Name, result: StaffEffects[Name]['result']): Turn
  at(now: Date): void
}

export async function aDesk(
  staff: StaffMember | undefined = aColleague(),
  locale: Locale = 'it',
): Promise<DeskPhone> {
  const translate = await createTranslator({ folder: 'locales', timeZone: 'Europe/Rome', warn: fail })
  return deskPhone(staff, locale, translate)
}

/** A phone of somebody who is no staff. */
export async function aStranger(): Promise<DeskPhone> {
  const translate = await createTranslator({ folder: 'locales', timeZone: 'Europe/Rome', warn: fail })
  return deskPhone(undefined, 'it', translate)
}

function fail(fault: string): never {
  throw new Error(fault)
}

function deskPhone(staff: Acting['staff'], locale: Locale, translate: Translate): DeskPhone {
  let session = newSession(locale)
  let now = NOW
  let order = 0
  let pending: Effect | undefined

  function hear(incoming: Incoming): Turn {
    const world: World = {
      now,
      town: aTown(),
      places: { contains: () => true, findStreets: () => [] },
      translate,
      staff,
    }
    const advanced = advance(staffDialogs, session, incoming, world)
    // What is remembered must survive the database.
    session = JSON.parse(JSON.stringify(advanced.session))
    const messages = advanced.steps.flatMap((step) => (step.type === 'say' ? [step.message] : []))
    const effects = advanced.steps.flatMap((step) => (step.type === 'do' ? [step.effect] : []))
    pending = effects.at(-1)
    const fresh = messages.filter(({ replaces }) => !replaces)
    return {
      words: fresh
        .map(({ body }) => body.map((part) => translate(part, session.locale)).join('\n'))
        .join('\n---\n'),
      buttons: (fresh.at(-1)?.choices ?? []).map(({ id }) => id.replace(/^\d+\./, '')),
      effects,
      steps: advanced.steps,
    }
  }

  function send(content: InboundContent, about?: number): Turn {
    order++
    const from = anAddress('anna', 'telegram-staff')
    const event = {
      id: `u${order}`,
      from,
      actor: 'anna' as UserId,
      at: now.toISOString(),
      order,
      private: true,
      ...content,
    }
    return hear({ type: 'inbound', event, repliedTo: about ? { about: about as ReportId } : undefined })
  }

  return {
    session: () => session,
    type: (words, about) => send({ type: 'text', text: words }, about),
    command: (name, rest = '') => send({ type: 'command', name, rest }),
    press: (id) => send({ type: 'choice', choice: ofOpenQuestion(session, id) }),
    send,
    answer(name, result) {
      if (pending?.type !== name || !pending.ref)
        throw new Error(`${name} was not asked for, but ${pending?.type}`)
      return hear({ type: 'done', ref: pending.ref, result: result as unknown as Json })
    },
    at(moment) {
      now = moment
    },
  }
}

/** The data that the button of the open question carries; else as it is. */
const ofOpenQuestion = ({ open }: Session, id: string): string =>
  open?.choices.find((choice) => choice.id === `${open.number}.${id}`)?.id ?? id
