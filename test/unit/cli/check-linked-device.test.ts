import type { DeviceState } from '../../../src/app/linked-device-port.js'
import { deviceFindings } from '../../../src/cli/doctor/check-linked-device.js'
import type { WhatsAppConfig } from '../../../src/config.js'

const NOW = new Date('2026-11-24T08:00:00Z')
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000)

const found = (
  device: Partial<DeviceState>,
  whatsapp: WhatsAppConfig | null = { transport: 'baileys' },
): string[] =>
  deviceFindings({ whatsapp: whatsapp ?? undefined }, { state: 'open', told: false, ...device }, NOW).map(
    ({ level, says }) => `${level}: ${says}`,
  )

test.each<[string, Partial<DeviceState>]>([
  ['ok: linked, for 90 min', { state: 'open', since: ago(90) }],
  [
    'warning: not connected for 9 min (lost); it is being tried again',
    { state: 'down', why: 'lost', since: ago(9) },
  ],
  // From here on the supervisors were told.
  [
    'fault: not connected for 10 min (lost); it is being tried again',
    { state: 'down', why: 'lost', since: ago(10) },
  ],
  ['fault: no phone is linked yet', { state: 'unlinked', why: 'never', since: ago(1) }],
  ['fault: the phone has removed the link', { state: 'unlinked', why: 'logged-out', since: ago(1) }],
  ['fault: WhatsApp does not let us in: forbidden', { state: 'stopped', why: 'forbidden', since: ago(1) }],
])('%s; and always that it is unofficial', (first, device) => {
  expect(found(device)).toEqual([
    first,
    'warning: a linked device is unofficial: WhatsApp may shut the number out at any time',
  ])
})

test('what was never seen has no minutes below zero, and no clock that is ahead makes some', () => {
  expect(found({ state: 'down' })[0]).toBe('fault: not connected for 0 min (lost); it is being tried again')
  expect(found({ state: 'open', since: ago(-5) })[0]).toBe('ok: linked, for 0 min')
})

test('every fault says what to do', () => {
  for (const state of ['down', 'unlinked', 'stopped'] as const) {
    const [finding] = deviceFindings(
      { whatsapp: { transport: 'baileys' } },
      { state, told: false, since: ago(60) },
      NOW,
    )
    expect(finding).toMatchObject({ level: 'fault', mend: expect.stringMatching(/phone/) })
  }
})

test('nothing to say where no device is linked', () => {
  expect(found({ state: 'unlinked' }, null)).toEqual([])
})
