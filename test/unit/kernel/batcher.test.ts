import { setImmediate as moment } from 'node:timers/promises'
import { createBatcher } from '../../../src/kernel/batcher.js'

/** Runs whose end the test decides. */
function held() {
  const batches: { items: readonly number[]; end: (fault?: Error) => void }[] = []
  const run = (items: readonly number[]) =>
    new Promise<string[]>((resolve, reject) => {
      batches.push({
        items,
        end: (fault) => (fault ? reject(fault) : resolve(items.map((item) => `answer ${item}`))),
      })
    })
  const newest = () => batches.at(-1)?.items
  return { batches, run, newest, end: (fault?: Error) => batches.at(-1)?.end(fault) }
}

test('a lone item goes at once', async () => {
  const { run, newest, end } = held()
  const add = createBatcher(run, 10)
  const answer = add(1)
  await moment()
  expect(newest()).toEqual([1])
  end()
  expect(await answer).toBe('answer 1')
})

test('what is given at the same moment goes together, then what waits; each with its own answer', async () => {
  const { run, newest, end } = held()
  const add = createBatcher(run, 10)
  const answers = [add(1), Promise.resolve().then(() => add(2))]
  await moment()
  expect(newest()).toEqual([1, 2])
  answers.push(add(3))
  expect(newest()).toEqual([1, 2])
  end()
  await answers[0]
  expect(newest()).toEqual([3])
  end()
  expect(await Promise.all(answers)).toEqual(['answer 1', 'answer 2', 'answer 3'])
})

test('never more than so many at a time, and in order', async () => {
  const sizes: number[][] = []
  const add = createBatcher(async (items: readonly number[]) => {
    sizes.push([...items])
    return items
  }, 2)
  await Promise.all([1, 2, 3, 4, 5, 6].map(add))
  expect(sizes).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ])
})

test('a failure is everybody’s of that batch, and of nobody after', async () => {
  const { run, newest, end } = held()
  const add = createBatcher(run, 10)
  const first = add(1)
  await moment()
  const [second, third] = [add(2), add(3)]
  end()
  await first
  end(new Error('away'))
  await expect(second).rejects.toThrow('away')
  await expect(third).rejects.toThrow('away')
  const fourth = add(4)
  await moment()
  expect(newest()).toEqual([4])
  end()
  expect(await fourth).toBe('answer 4')
})
