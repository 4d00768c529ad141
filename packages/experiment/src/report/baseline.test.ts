import { fashionMnistInfo } from '@treadle/dataset'
import { wideAndDeepPublishedResult } from '@treadle/model'
import { expect, test } from 'vitest'
import { parseRecipe } from '../recipe/parse.ts'
import { comparableBaseline, unlikeBaseline } from './baseline.ts'

const full = {
  sha256: Object.fromEntries(Object.values(fashionMnistInfo.files).map(({ name, sha256 }) => [name, sha256])),
}
const published = wideAndDeepPublishedResult
const recipe = parseRecipe({ model: 'wide-and-deep' })

test('only runs on the full Fashion-MNIST that are validated on its test images compare with the baseline', () => {
  expect(comparableBaseline({ published }, full, recipe)).toBe(published)
  expect(comparableBaseline({}, full, recipe)).toBeUndefined()
  expect(
    comparableBaseline(
      { published },
      full,
      parseRecipe({ model: 'wide-and-deep', data: { validation: 0.1 } }),
    ),
  ).toBeUndefined()
  expect(comparableBaseline({ published }, { sha256: {} }, recipe)).toBeUndefined()
  const other = { sha256: { ...full.sha256, [fashionMnistInfo.files.testLabels.name]: '0'.repeat(64) } }
  expect(comparableBaseline({ published }, other, recipe)).toBeUndefined()
})

test.each([{ size: 14 }, { invert: true }, { classes: ['Bag', 'Coat'] }, { validation: 'none' }])(
  'data of %j do not compare',
  (data) => {
    const prepared = parseRecipe({ model: 'wide-and-deep', data })
    expect(comparableBaseline({ published }, full, prepared)).toBeUndefined()
  },
)

test.each<[object, string[]]>([
  [{}, []],
  [{ training: { seed: 7, epochs: 3, threads: 2, executor: 'eager' } }, []],
  [{ training: { batchSize: 64 } }, ['batch size 64']],
  [{ model: { name: 'wide-and-deep', batchNormalization: false } }, ['batch normalization false']],
  [{ optimizer: { name: 'sgd', learningRate: 0.5 } }, ['optimizer sgd', 'learning rate 0.5']],
  [{ loss: { labelSmoothing: 0.1 } }, ['label smoothing 0.1']],
])('%j differs from the published recipe in %j', (changes, words) => {
  expect(unlikeBaseline(parseRecipe({ model: 'wide-and-deep', ...changes }))).toEqual(words)
})
