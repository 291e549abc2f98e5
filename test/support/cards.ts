import type { Report } from '../../src/domain/report.js'
import type { PlainCard } from '../../src/staff/cards.js'
import type { Plain } from '../../src/staff/effects.js'
import { aReport } from './builders.js'

export const plain = <T>(value: T): Plain<T> => JSON.parse(JSON.stringify(value))

/** What opening a report brings back: new, with one photo, by somebody who can be written to. */
export const aCard = (report: Partial<Report> = {}, overrides: Partial<PlainCard> = {}): PlainCard => ({
  report: plain(aReport(report)),
  photos: ['aa.jpg' as PlainCard['photos'][number]],
  voices: [],
  otherFiles: 0,
  history: [
    plain({
      report: aReport().id,
      at: new Date('2026-11-23T08:00:00Z'),
      action: 'submit' as const,
      party: 'reporter' as const,
      to: 'submitted' as const,
      text: { kind: 'description' as const, body: 'Buca profonda davanti al 12' },
    }),
  ],
  hasReporter: true,
  mayAct: true,
  ...overrides,
})
