/**
 * Starts work on items before their turn, at most `limit` at once, and gives the results in the order of the items.
 * A result that nobody takes yet counts too, which bounds the memory.
 */
export async function* ahead<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<[item: Item, result: Result], void, void> {
  const started: Promise<Result>[] = []
  let next = 0
  for (const item of items) {
    while (next < items.length && started.length < limit) {
      const result = work(items[next++] as Item)
      result.catch(() => {}) // It is reported when its turn comes.
      started.push(result)
    }
    yield [item, await (started.shift() as Promise<Result>)]
  }
}
