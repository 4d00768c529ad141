import { expect, test } from 'vitest'
import { parseRecipe } from '../recipe/parse.ts'
import type { Run } from '../store/run.ts'
import { heldBack } from './held-back.ts'

const train = {
  kind: 'images' as const,
  images: Uint8Array.from({ length: 10 }, (_, i) => i),
  labels: Int32Array.from({ length: 10 }, (_, i) => i % 2),
  count: 10,
  height: 1,
  width: 1,
  channels: 1,
}
const classNames = ['even', 'odd']
const source = { kind: 'memory' as const, sha256: { x: 'abc' } }
const data = { name: 'x', train, test: train, classNames, source }

/** A run of a recipe, with the parts that are read. */
const runOf = (changes: object) => {
  const recipe = parseRecipe({ model: 'wide-and-deep', ...changes })
  return { location: 'runs/x', record: { recipe, dataset: { source } } } as unknown as Run
}

test('the last samples, as the trainer holds them back; seeds do not matter', () => {
  const runs = [1, 2].map((seed) => runOf({ data: { validation: { split: 0.3 } }, training: { seed } }))
  const held = heldBack(runs, data)
  expect(held.count).toBe(3)
  expect([...held.images]).toEqual([7, 8, 9])
  expect([...held.labels]).toEqual([1, 0, 1])
})

test('validation samples of the data themselves', () => {
  const validation = {
    ...train,
    count: 2,
    images: train.images.subarray(2, 4),
    labels: train.labels.subarray(2, 4),
  }
  expect(heldBack([runOf({}), runOf({})], { ...data, validation })).toBe(validation)
})

test.each([
  [[{}, {}], data, /validated on the test samples, or not at all/],
  [[{ data: { validation: 'none' } }], data, /validated on the test samples, or not at all/],
  [
    [{ data: { validation: { split: 0.3 } } }, { data: { validation: { split: 0.2 } } }],
    data,
    /another part for validation than runs/,
  ],
  [
    [1, 2].map((seed) => ({ data: { validation: { split: 0.3 }, fold: '1/5' }, training: { seed } })),
    data,
    /or another seed than runs/,
  ],
])('%j have no such samples', (recipes, given, message) => {
  const runs = (recipes as object[]).map(runOf)
  expect(() => heldBack(runs, given)).toThrow(expect.objectContaining({ code: 'EXPERIMENT_BAD_ENSEMBLE' }))
  expect(() => heldBack(runs, given)).toThrow(message)
})
