import { expect, test } from 'vitest'
import { nearest } from './suggest.ts'

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

test('nothing is near where nothing is known', () => {
  expect(nearest('train', [])).toBeUndefined()
})
