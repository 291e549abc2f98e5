import { readFileSync } from 'node:fs'
import { createBoundary } from '../../../src/places/boundary.js'

const square = (west: number, south: number, size: number): [number, number][] => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
]
const at = (lat: number, lon: number) => ({ lat, lon })

describe('the shipped town', () => {
  const fossano = createBoundary(JSON.parse(readFileSync('config/data/fossano.geojson', 'utf8')))

  test.each([
    ['the town hall', at(44.5497, 7.7236), true],
    ['the railway station', at(44.5503, 7.7166), true],
    ['Cuneo', at(44.3845, 7.5427), false],
    ['Savigliano', at(44.6486, 7.6569), false],
    ['Turin', at(45.07, 7.687), false],
    ['the sea', at(44.0, 9.0), false],
    ['latitude and longitude mixed up', at(7.7236, 44.5497), false],
    ['nowhere', at(0, 0), false],
  ])('%s', (_where, point, inside) => {
    expect(fossano.contains(point)).toBe(inside)
  })

  test('bounds hold every point of the border', () => {
    const { south, west, north, east } = fossano.bounds
    expect([south, west, north, east]).toEqual([
      expect.closeTo(44.49, 1),
      expect.closeTo(7.58, 1),
      expect.closeTo(44.64, 1),
      expect.closeTo(7.83, 1),
    ])
    expect(fossano.rings).toHaveLength(1)
    for (const { lat, lon } of fossano.rings.flat()) {
      expect(lat >= south && lat <= north && lon >= west && lon <= east).toBe(true)
    }
  })
})

describe('shapes', () => {
  const holed = { type: 'Polygon', coordinates: [square(7, 44, 1), square(7.4, 44.4, 0.2)] }
  const exclave = { type: 'MultiPolygon', coordinates: [[square(7, 44, 1)], [square(9, 44, 1)]] }

  test('an enclave is outside', () => {
    const { contains, rings } = createBoundary(holed)
    expect(contains(at(44.1, 7.1))).toBe(true)
    expect(contains(at(44.5, 7.5))).toBe(false)
    expect(rings).toHaveLength(2)
  })

  test('an exclave is inside, the land between is not', () => {
    const { contains, bounds } = createBoundary(exclave)
    expect(contains(at(44.5, 9.5))).toBe(true)
    expect(contains(at(44.5, 8.5))).toBe(false)
    expect(bounds).toEqual({ south: 44, west: 7, north: 45, east: 10 })
  })

  test.each([
    ['a Feature', { type: 'Feature', properties: {}, geometry: holed }],
    [
      'a FeatureCollection of one',
      { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: holed }] },
    ],
  ])('%s is taken too', (_what, geojson) => {
    expect(createBoundary(geojson).contains(at(44.1, 7.1))).toBe(true)
  })

  test.each([
    ['nothing', null],
    ['a point', { type: 'Point', coordinates: [7, 44] }],
    [
      'two features',
      { type: 'FeatureCollection', features: [1, 2].map(() => ({ type: 'Feature', geometry: holed })) },
    ],
    ['metres instead of degrees', { type: 'Polygon', coordinates: [square(1472210, 4978439, 10)] }],
    ['an open triangle', { type: 'Polygon', coordinates: [square(7, 44, 1).slice(0, 2)] }],
  ])('%s is refused', (_what, geojson) => {
    expect(() => createBoundary(geojson)).toThrow('GeoJSON')
  })
})
