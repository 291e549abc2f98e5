import type { Backlog, LineState } from '../../../src/app/figures.js'
import { notReadyBecause, type Standing } from '../../../src/app/readiness.js'
import { as, type ChannelName } from '../../../src/kernel/ids.js'

const telegram = as<ChannelName>('telegram')
const aLine = (overrides: Partial<LineState> = {}): LineState => ({
  channel: telegram,
  started: true,
  leads: true,
  ...overrides,
})
const aBacklog = (unattendedSeconds = 0, channel = telegram): Backlog => ({
  outbox: [{ channel, messages: 3, oldestSeconds: 600, unattendedSeconds }],
  jobs: { waiting: 0, failed: 0 },
  timersOverdue: 0,
  setAside: 0,
  openReports: [],
})
const aStanding = (overrides: Partial<Standing> = {}): Standing => ({
  stopping: false,
  backlog: aBacklog(),
  present: true,
  lines: [aLine()],
  sends: true,
  ...overrides,
})

describe('a process', () => {
  it.each<[string, Partial<Standing>]>([
    ['that leads its bot', {}],
    ['that stands by while another one leads', { lines: [aLine({ leads: false })] }],
    ['that takes nothing in: others do', { lines: [] }],
    ['whose network asked it to wait, however long', { backlog: aBacklog(0) }],
    ['that does not send, whatever waits', { sends: false, backlog: aBacklog(3_600) }],
    [
      'beside leftovers of a channel that nobody serves',
      { backlog: aBacklog(3_600, as<ChannelName>('simulator')) },
    ],
    ['whose message has waited for a moment', { backlog: aBacklog(59) }],
  ])('%s is ready', (_, overrides) => {
    expect(notReadyBecause(aStanding(overrides))).toEqual([])
  })

  it.each<[string, Partial<Standing>]>([
    ['it is stopping', { stopping: true }],
    ['the database does not answer', { backlog: undefined }],
    ['its session on the database is lost', { present: false }],
    ['telegram does not take in yet', { lines: [aLine({ started: false })] }],
    ['telegram: messages wait, and nobody has sent them for 61 s', { backlog: aBacklog(61.4) }],
  ])('is not: %s', (reason, overrides) => {
    expect(notReadyBecause(aStanding(overrides))).toEqual([reason])
  })

  it('says all its reasons', () => {
    const reasons = notReadyBecause(
      aStanding({ backlog: undefined, present: false, lines: [aLine({ started: false })] }),
    )
    expect(reasons).toHaveLength(3)
  })
})
