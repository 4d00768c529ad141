import type { ImageDataset } from '@treadle/core'
import { expect, test } from 'vitest'
import { parseRecipe } from '../recipe/parse.ts'
import { classWeights } from './class-weight.ts'

const part = (...labels: number[]) => ({
  kind: 'images' as const,
  images: new Uint8Array(labels.length),
  labels: Int32Array.from(labels),
  count: labels.length,
  height: 1,
  width: 1,
  channels: 1,
})
const data: ImageDataset = {
  name: 'three',
  train: part(0, 0, 0, 0, 0, 0, 1, 1, 1, 2),
  test: part(0),
  classNames: ['a', 'b', 'c', 'none'],
  source: { kind: 'memory', sha256: {} },
}
const weights = (classWeight: string | Record<string, number>) =>
  classWeights(parseRecipe({ model: 'wide-and-deep', classWeight: classWeight as 'balanced' }), data)

test('balanced weights give every class that occurs the same part of the loss', () => {
  const found = weights('balanced') ?? {}
  // scikit-learn: compute_class_weight('balanced', classes=[0, 1, 2], y=…)
  expect(found).toEqual({ 0: 10 / 18, 1: 10 / 9, 2: 10 / 3 })
})

test('weights by name, and a name that is not there', () => {
  expect(weights({ b: 2 })).toEqual({ 1: 2 })
  expect(() => weights({ bb: 2 })).toThrow('three has no class bb')
  expect(weights({})).toBeUndefined()
})
