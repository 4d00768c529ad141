import { fashionMnistInfo } from '@treadle/dataset'
import { wideAndDeepPublishedResult } from '@treadle/model'
import { expect, test } from 'vitest'
import { parseRecipe } from '../recipe/parse.ts'
import { comparableBaseline } from './baseline.ts'

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
