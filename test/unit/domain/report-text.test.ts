import type { Place } from '../../../src/domain/report.js'
import { aboutOwnReport, aboutReport, publicPlace, titleOf } from '../../../src/domain/report-text.js'
import { aReport, aTown } from '../../support/builders.js'

const town = aTown()
const point = { lat: 44.55, lon: 7.72 }
const own = (more: Partial<Place>): Place => ({ line: 'citofono Bianchi, mia madre malata', ...more })

describe('a place, for everybody', () => {
  it.each([
    ['the street and the number', { street: 'Via Roma', houseNumber: '12', point }, 'Via Roma 12'],
    ['the street', { street: 'Via Roma' }, 'Via Roma'],
    ['the point', { point }, { key: 'place.pin' }],
    ['the town', {}, 'Borgo San Martino'],
  ])('is %s', (_, place, shown) => {
    expect(publicPlace(town, own(place))).toEqual(shown)
    const report = aReport({ place: own(place) })
    expect(aboutReport(town, report).place).toEqual(shown)
    expect(titleOf(town, report.category, report.place)).not.toContain('Bianchi')
  })

  it('is the own words for the reporter alone', () => {
    const report = aReport({ place: own({ street: 'Via Roma' }) })
    expect(aboutOwnReport(town, report).place).toBe(report.place.line)
  })
})
