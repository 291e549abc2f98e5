import { IANAZone } from 'luxon'
import { zoneOf } from '../../../src/kernel/zone.js'
import fc from '../../support/properties.js'

const ZONES = ['Europe/Rome', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia']

test('remembers what Intl says of every instant', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.array(fc.date({ min: new Date('1975-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })),
      (name, instants) => {
        for (const instant of instants) {
          const at = instant.getTime()
          // Asked twice: reckoned, and remembered for all of its minute.
          zoneOf(name).offset(at - (at % 60_000))
          expect(zoneOf(name).offset(at)).toBe(IANAZone.create(name).offset(at))
        }
      },
    ),
  )
})

test('around a switch the offset is that of each instant', () => {
  const switched = Date.UTC(2026, 2, 29, 1)
  const offsets = [-1, 0].map((ms) => zoneOf('Europe/Rome').offset(switched + ms))
  expect(offsets).toEqual([60, 120])
})
