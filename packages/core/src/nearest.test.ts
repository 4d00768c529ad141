import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const flags = ['epochs', 'learning-rate', 'batch-size', 'validation-split', 'out']
const commands = ['train', 'evaluate', 'predict', 'report', 'reproduce', 'data', 'doctor']

test.each([
  ['trian', 'train'],
  ['Train', 'train'],
  ['eval', 'evaluate'],
  ['repot', 'report'],
  ['doktor', 'doctor'],
  ['rep', undefined],
  ['xyz', undefined],
])('%s → %s', (given, meant) => {
  expect(nearest(given, commands)).toBe(meant)
})

test.each([
  ['lr', 'learning-rate'],
  ['bs', 'batch-size'],
  ['batch_size', 'batch-size'],
  ['epoch', 'epochs'],
  ['xp', undefined],
])('--%s → %s', (given, meant) => {
  expect(nearest(given, flags)).toBe(meant)
})

test('nothing is near where nothing is known', () => {
  expect(nearest('train', [])).toBeUndefined()
})
