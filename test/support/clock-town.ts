import type { Town } from '../../src/domain/town.js'
import type { OfficeCode } from '../../src/kernel/ids.js'

/** A town of which only the clocks matter: Italy's holidays, the patron saint on 3 May, one day closed once. */
export const aClockTown = (overrides: Partial<Town> = {}): Town => ({
  name: 'Prova',
  locale: 'it',
  timeZone: 'Europe/Rome',
  offices: [],
  frontDesk: 'front_desk' as OfficeCode,
  groups: [],
  desk: { phone: '0172 000000', hours: { it: 'sempre' }, address: 'via Roma 1' },
  onCallPhone: '0172 000000',
  notice: { version: '1', url: 'https://example.org' },
  dangerWords: [],
  working: {
    days: [1, 2, 3, 4, 5],
    from: '08:30',
    to: '16:30',
    holidays: [
      ...['01-01', '01-06', '04-25', '05-01', '05-03', '06-02', '08-15', '11-01', '12-08', '12-25', '12-26'],
      '2025-08-18',
    ],
  },
  claim: { hours: 24, mode: 'working' },
  digestAt: '08:00',
  limits: { reportsPerDay: 10, photosPerReport: 5 },
  ...overrides,
})
