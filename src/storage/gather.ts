/**
 * Turns calls of one statement into calls of a set: what is asked for at the same moment, by conversations that run side
 * by side in one transaction, goes to the database together. Never a timer: when nobody can go on without an answer,
 * the question is sent, and a lone one at once.
 * @param run answers for each item, in order; when it rejects, every item of the set rejects
 */
export function gather<Item, Answer>(
  run: (items: readonly Item[]) => Promise<readonly Answer[]>,
): (item: Item) => Promise<Answer> {
  let waiting: { item: Item; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = []

  async function send(): Promise<void> {
    const set = waiting
    waiting = []
    try {
      const answers = await run(set.map(({ item }) => item))
      for (const [index, { resolve }] of set.entries()) resolve(answers[index] as Answer)
    } catch (error) {
      for (const { reject } of set) reject(error)
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      // A tick behind a promise comes when all that was ready to run has run.
      if (waiting.length === 1) void Promise.resolve().then(() => process.nextTick(send))
    })
}

/** For statements that answer nothing. */
export const gatherWrites = <Item>(
  run: (items: readonly Item[]) => Promise<unknown>,
): ((item: Item) => Promise<void>) =>
  gather<Item, void>(async (items) => {
    await run(items)
    return items.map(() => undefined)
  })
