import type { EntitySchema } from 'typeorm'
import { citizens, invites, staff, staffOffices } from './people.entity.js'
import { reportEvents, reports, reportTexts } from './report.entity.js'
import { accesses, attachments, calls, timers } from './task.entity.js'
import { categories, offices } from './town.entity.js'

/** The tables that are reached as rows; the others (sessions, inbox, outbox, digest runs …) only by hand-read SQL. */
export const entities: EntitySchema[] = [
  offices,
  categories,
  staff,
  staffOffices,
  invites,
  citizens,
  reports,
  reportEvents,
  reportTexts,
  attachments,
  calls,
  timers,
  accesses,
]
