import { sideBySide } from '../../../src/kernel/side-by-side.js'
import { gather } from '../../../src/storage/gather.js'

/** Doubles numbers, and remembers which were asked for together. */
function aDoubler() {
  const sets: (readonly number[])[] = []
  const double = gather(async (numbers: readonly number[]) => {
    sets.push(numbers)
    return numbers.map((number) => number * 2)
  })
  return { sets, double }
}

test('what is asked for at the same moment goes together, each gets its own answer', async () => {
  const { sets, double } = aDoubler()
  expect(await Promise.all([double(1), double(2), double(3)])).toEqual([2, 4, 6])
  expect(sets).toEqual([[1, 2, 3]])
})

test('who needs some promises more to come to the same question is waited for', async () => {
  const { sets, double } = aDoubler()
  const late = async (number: number, promises: number) => {
    for (let done = 0; done < promises; done++) await undefined
    return double(number)
  }
  expect(await Promise.all([late(1, 0), late(2, 3), late(3, 9)])).toEqual([2, 4, 6])
  expect(sets).toEqual([[1, 2, 3]])
})

test('conversations with several questions stay in step; a lone one asks by itself', async () => {
  const { sets, double } = aDoubler()
  const converse = async (first: number, rounds: number) => {
    let number = first
    for (let round = 0; round < rounds; round++) number = await double(number)
    return number
  }
  expect(await Promise.all([converse(1, 3), converse(10, 2)])).toEqual([8, 40])
  expect(sets).toEqual([[1, 10], [2, 20], [4]])
})

test('a set that fails fails for everybody in it, and for nobody after it', async () => {
  let broken = true
  const ask = gather(async (items: readonly number[]) => {
    if (broken) throw new Error('down')
    return items
  })
  const ends = await Promise.allSettled([ask(1), ask(2)])
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  broken = false
  expect(await ask(3)).toBe(3)
})

test('side by side rejects with the first fault, when all have ended', async () => {
  const ended: string[] = []
  const slow = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    ended.push('slow')
  }
  const failing = async (why: string) => Promise.reject(new Error(why))
  await expect(sideBySide([slow(), failing('one'), failing('two')])).rejects.toThrow('one')
  expect(ended).toEqual(['slow'])
})
