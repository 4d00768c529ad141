import { fashionMnistInfo } from '@treadle/dataset'
import { wideAndDeepPublishedResult } from '@treadle/model'
import { expect, test } from 'vitest'
import { comparableReference } from './reference.ts'

const full = {
  sha256: Object.fromEntries(Object.values(fashionMnistInfo.files).map(({ name, sha256 }) => [name, sha256])),
}
const published = wideAndDeepPublishedResult

test('only the full Fashion-MNIST, validated on its test images, stands beside the published result', () => {
  expect(comparableReference({ published }, full, {})).toBe(published)
  expect(comparableReference({}, full, {})).toBeUndefined()
  expect(comparableReference({ published }, full, { validationSplit: 0.1 })).toBeUndefined()
  expect(comparableReference({ published }, { sha256: {} }, {})).toBeUndefined()
  const other = { sha256: { ...full.sha256, [fashionMnistInfo.files.testLabels.name]: '0'.repeat(64) } }
  expect(comparableReference({ published }, other, {})).toBeUndefined()
})
