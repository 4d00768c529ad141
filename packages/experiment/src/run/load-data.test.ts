import type { ImageDataset } from '@treadle/core'
import { describe, expect, test } from 'vitest'
import { parseRecipe } from '../recipe/parse.ts'
import { validationOf, withFold } from './load-data.ts'

const part = (labels: readonly number[], from: number) => ({
  kind: 'images' as const,
  images: Uint8Array.from(labels, (_, i) => from + i),
  labels: Int32Array.from(labels),
  count: labels.length,
  height: 1,
  width: 1,
  channels: 1 as const,
})
const data = {
  name: 'tiny',
  classNames: ['a', 'b'],
  train: part([0, 0, 0, 1, 1, 1], 0),
  test: part([0, 1], 100),
  source: { kind: 'memory', sha256: {} },
} as unknown as ImageDataset

const recipe = (fold: string, seed = 1) =>
  parseRecipe({ model: 'wide-and-deep', data: { fold }, training: { seed } })

describe('a recipe that names a fold', () => {
  test('tests on it, trains on the others, and puts the test samples aside', () => {
    const folds = ['1/3', '2/3', '3/3'].map((fold) => withFold(data, recipe(fold)))
    for (const { train, test: held } of folds) {
      expect([train.count, held.count]).toEqual([4, 2])
      expect([...(held as typeof data.test).labels]).toEqual([0, 1])
    }
    const held = folds.flatMap((fold) => [...(fold.test as typeof data.test).images])
    expect(held.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('is an error where it is none', () => {
    for (const fold of ['4/3', '0/3', '2', '2/', 'a/b', '1/3/5'])
      expect(() => recipe(fold)).toThrow(/`data\.fold` must be FOLD\/FOLDS, such as 2\/5/)
    expect(() => withFold(data, recipe('2/4'))).toThrow(/must be from 2 to 3/)
  })
})

test('without one the data stay as they are', () => {
  expect(withFold(data, parseRecipe({ model: 'wide-and-deep' }))).toBe(data)
})

describe('a recipe that leaves its validation to the data', () => {
  const auto = parseRecipe({ model: 'wide-and-deep', data: { validation: 'auto' } })

  test('takes the validation samples of data that have some, else a tenth of the training samples', () => {
    expect(validationOf(auto, { ...data, validation: data.test })).toBe('test')
    expect(validationOf(auto, data)).toEqual({ split: 0.1 })
  })

  test('is the only one that the data decide', () => {
    for (const validation of ['test', 'none', { split: 0.3 }])
      expect(
        validationOf(parseRecipe({ model: 'wide-and-deep', data: { validation } }), {
          ...data,
          validation: data.test,
        }),
      ).toEqual(validation)
  })
})
