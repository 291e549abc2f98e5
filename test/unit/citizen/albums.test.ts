import { albumOf, rememberAlbum } from '../../../src/citizen/albums.js'
import type { Ctx } from '../../../src/dialog/dialog.js'
import type { ReportId } from '../../../src/kernel/ids.js'

function after(...albums: (readonly [string, 'draft' | ReportId])[]): Ctx['memory'] {
  let memory: Ctx['memory'] = {}
  for (const [name, part] of albums) memory = { ...memory, ...rememberAlbum(memory, name, part) }
  return memory
}

test('an album is where its first item went', () => {
  const memory = after(['a', 'draft'], ['b', 7 as ReportId])
  expect([albumOf(memory, 'a'), albumOf(memory, 'b'), albumOf(memory, 'c')]).toEqual(['draft', 7, undefined])
})

test('the five newest are remembered, and one that goes on counts as new', () => {
  const memory = after(...['a', 'b', 'c', 'd', 'e', 'a', 'f'].map((name) => [name, 'draft'] as const))
  expect(['a', 'b', 'c', 'd', 'e', 'f'].filter((name) => albumOf(memory, name))).toEqual([
    'a',
    'c',
    'd',
    'e',
    'f',
  ])
})

test('nothing else is forgotten', () => {
  expect(rememberAlbum({ notice: '1' }, 'a', 'draft')).toEqual({ albums: { a: 'draft' } })
})
