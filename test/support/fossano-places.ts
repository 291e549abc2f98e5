import { readFileSync } from 'node:fs'
import { createBoundary } from '../../src/places/boundary.js'
import { createPlaces } from '../../src/places/geocoder.js'
import { readStreets } from '../../src/places/streets.js'

/** The shipped town's register and border. */
export const fossanoStreets = readStreets(readFileSync('config/data/fossano-streets.csv', 'utf8'))
export const fossanoPlaces = createPlaces({
  boundary: createBoundary(JSON.parse(readFileSync('config/data/fossano.geojson', 'utf8'))),
  streets: fossanoStreets,
})
