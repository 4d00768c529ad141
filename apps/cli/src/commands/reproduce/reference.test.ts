import { fashionMnistInfo } from '@treadle/dataset'
import { parseRecipe } from '@treadle/experiment/recipe'
import { wideAndDeepPublishedResult } from '@treadle/model'
import { expect, test } from 'vitest'
import { commonReference, whyNotCompared } from './reference.ts'

const sha256 = Object.fromEntries(
  Object.values(fashionMnistInfo.files).map((file) => [file.name, file.sha256]),
)
const run = (recipe: object, sums: Record<string, string> = sha256) => ({
  recipe: parseRecipe({ model: 'wide-and-deep', ...recipe }),
  dataset: { source: { kind: 'system' as const, sha256: sums } },
})
const seeds = [run({ training: { seed: 1 } }), run({ training: { seed: 2, executor: 'eager' } })]

test('seeds and executors of the same recipe compare with the published result', () => {
  expect(commonReference(seeds)).toBe(wideAndDeepPublishedResult)
})

test.each([
  [run({ training: { batchSize: 64 } }), /other settings than these runs \(batch size 64\)/],
  [run({ optimizer: 'sgd' }), /\(optimizer sgd\)/],
  [run({}, {}), /These runs used other data/],
  [run({ data: { validation: { split: 0.1 } } }), /These runs used other data/],
])('one run that is unlike the baseline ends the comparison (%#)', (other, words) => {
  expect(commonReference([...seeds, other])).toBeUndefined()
  expect(whyNotCompared([...seeds, other])).toMatch(words)
})
