import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon'
import { z } from 'zod'
import type { Point } from '../messaging/outbound.js'

export interface Boundary {
  contains(point: Point): boolean
  readonly bounds: {
    readonly south: number
    readonly west: number
    readonly north: number
    readonly east: number
  }
  /** Every closed line of the border, exclaves and enclaves included: for drawing. */
  readonly rings: readonly (readonly Point[])[]
}

const position = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]).rest(z.number())
const polygon = z.array(z.array(position).min(4)).min(1)
const geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: polygon }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(polygon).min(1) }),
])
const feature = z.object({ type: z.literal('Feature'), geometry })
const collection = z.object({ type: z.literal('FeatureCollection'), features: z.array(feature).length(1) })

/** RFC 7946: longitude first, WGS 84. */
const document = z.union([
  geometry,
  feature.transform((one) => one.geometry),
  collection.transform(({ features }) => (features[0] as z.infer<typeof feature>).geometry),
])

/**
 * The municipality's border from GeoJSON: a Polygon or MultiPolygon, bare, as a Feature, or as the only one of a
 * FeatureCollection. Throws when it is something else: the file came with the configuration.
 */
export function createBoundary(geojson: unknown): Boundary {
  const parsed = document.safeParse(geojson)
  if (!parsed.success)
    throw new Error('the boundary is not one GeoJSON Polygon or MultiPolygon in WGS 84 degrees')
  const { coordinates } =
    parsed.data.type === 'Polygon' ? { coordinates: [parsed.data.coordinates] } : parsed.data
  const multi = { type: 'MultiPolygon' as const, coordinates }
  const rings = coordinates.flat().map((ring) => ring.map(([lon, lat]) => ({ lat, lon })))
  const points = rings.flat()
  const bounds = {
    south: Math.min(...points.map(({ lat }) => lat)),
    west: Math.min(...points.map(({ lon }) => lon)),
    north: Math.max(...points.map(({ lat }) => lat)),
    east: Math.max(...points.map(({ lon }) => lon)),
  }
  return {
    bounds,
    rings,
    contains: ({ lat, lon }) =>
      lat >= bounds.south &&
      lat <= bounds.north &&
      lon >= bounds.west &&
      lon <= bounds.east &&
      booleanPointInPolygon([lon, lat], multi),
  }
}
