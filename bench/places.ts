import type { Boundary } from '../src/places/boundary.js'
import { seededRandom } from '../test/support/fake-bot-api/random.js'

/** Points all over the town, so that few reports are neighbours; the same ones in each run. */
export function placesIn({ bounds, contains }: Boundary): (number: number) => { lat: number; lon: number } {
  const random = seededRandom(1)
  return () => {
    for (;;) {
      const lat = bounds.south + random() * (bounds.north - bounds.south)
      const lon = bounds.west + random() * (bounds.east - bounds.west)
      if (contains({ lat, lon })) return { lat, lon }
    }
  }
}
