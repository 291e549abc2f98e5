import {
  type Draft,
  descriptionOf,
  emptyDraft,
  hasContent,
  missing,
  withEdit,
  withWords,
} from '../../../src/citizen/draft.js'
import type { AttachmentId, CategoryCode, ExternalId } from '../../../src/kernel/ids.js'

const category = 'potholes' as CategoryCode
const place = { line: 'Via Roma 12' }
const photos = ['telegram/u1' as AttachmentId]
const said = [{ text: 'Una buca' }]
const draft = (parts: Partial<Draft>): Draft => ({ ...emptyDraft, ...parts })

test.each<[string, Partial<Draft>, ReturnType<typeof missing>]>([
  ['nothing', {}, 'category'],
  ['only a place', { place }, 'category'],
  ['a category', { category }, 'place'],
  ['a category and a place', { category, place }, 'photos'],
  ['photos not yet answered', { category, place, photos }, 'photos'],
  ['no photos', { category, place, photosDone: true }, 'description'],
  ['words', { category, place, photosDone: true, said }, undefined],
  ['a photo instead of words', { category, place, photosDone: true, photos, noWords: true }, undefined],
  [
    'neither words nor a photo, whatever was said before',
    { category, place, photosDone: true, noWords: true },
    'description',
  ],
])('with %s', (_, parts, part) => {
  expect(missing(draft(parts))).toBe(part)
})

test.each<[Partial<Draft>, boolean]>([
  [{}, false],
  [{ photosDone: true, placeWords: '' }, false],
  [{ placeWords: 'alla cascina' }, true],
  [{ category }, true],
  [{ place }, true],
  [{ photos }, true],
  [{ said }, true],
])('%j would be missed: %s', (parts, content) => {
  expect(hasContent(draft(parts))).toBe(content)
})

describe('words', () => {
  const [first, second] = ['m1', 'm2'] as ExternalId[] as [ExternalId, ExternalId]
  const told = withWords(withWords(emptyDraft, ' Una buca \n', first), 'davanti al 12', second)

  it('in a row belong together', () => {
    expect(descriptionOf(told)).toBe('Una buca\ndavanti al 12')
  })

  it('that are blank change nothing', () => {
    expect(withWords(told, ' \n ')).toBe(told)
  })

  it('change with the message that they came in', () => {
    const edited = withEdit(told, first, ' Due buche ')
    expect(edited && descriptionOf(edited)).toBe('Due buche\ndavanti al 12')
  })

  it('go when their message is emptied', () => {
    const edited = withEdit(told, first, ' ')
    expect(edited && descriptionOf(edited)).toBe('davanti al 12')
  })

  it('do not change with another message', () => {
    expect(withEdit(told, 'm3' as ExternalId, 'x')).toBeNull()
  })
})
