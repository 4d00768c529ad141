import { expect, test } from 'vitest'
import { loadFashionMnist } from './load.ts'

test('the sample holds 600 and 100 images of each class', async () => {
  const { train, test: held, name, source, classNames } = await loadFashionMnist({ source: 'sample' })
  expect([name, source.kind, train.count, held.count]).toEqual(['fashion-mnist-sample', 'sample', 6000, 1000])
  for (const [part, each] of [
    [train, 600],
    [held, 100],
  ] as const) {
    const counts = classNames.map((_, label) => part.labels.filter((met) => met === label).length)
    expect(counts).toEqual(Array(10).fill(each))
  }
})
