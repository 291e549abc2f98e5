/**
 * Like `Promise.all`, but nothing is still under way when it rejects: what goes on in a transaction must have ended
 * before the transaction does. Rejects with the first fault in the order given.
 */
export async function sideBySide<const Work extends readonly unknown[]>(
  work: Work,
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> {
  const ends = await Promise.allSettled(work)
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
  return ends.map((end) => (end as PromiseFulfilledResult<unknown>).value) as never
}
