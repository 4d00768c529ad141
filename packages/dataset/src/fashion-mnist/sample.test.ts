import { expect, test } from 'vitest'
import { loadFashionMnist } from './load.ts'

test('the sample is found, unpacked and verified, in a browser as in Node', async () => {
  const files = new Set<string>()
  const { train, test: held } = await loadFashionMnist({
    source: 'sample',
    onProgress: ({ phase, file }) => phase === 'verify' && files.add(file),
  })
  expect(files.size).toBe(4)
  for (const [part, each] of [[train, 600] as const, [held, 100] as const]) {
    const counts: number[] = Array.from({ length: 10 }, () => 0)
    for (const label of part.labels) counts[label] = (counts[label] as number) + 1
    expect(counts).toEqual(counts.map(() => each))
    expect(part.images.length).toBe(10 * each * 28 * 28)
  }
})
