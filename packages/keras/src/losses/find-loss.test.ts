import { expect, test } from 'vitest'
import { findLoss, losses } from '../index.ts'

test.each([
  ['mse', 'meanSquaredError'],
  ['MSE', 'meanSquaredError'],
  ['mean_squared_error', 'meanSquaredError'],
  ['MeanSquaredError', 'meanSquaredError'],
  ['mae', 'meanAbsoluteError'],
  ['mean_absolute_error', 'meanAbsoluteError'],
  ['sparse_categorical_crossentropy', 'sparseCategoricalCrossentropy'],
  ['CategoricalCrossentropy', 'categoricalCrossentropy'],
  ['binary_crossentropy', 'binaryCrossentropy'],
  ['bce', 'binaryCrossentropy'],
  ...Object.keys(losses).map((name) => [name, name]),
])('%s is %s', (spelling, name) => {
  expect(findLoss(spelling)).toBe(name)
})

test.each(['', 'hinges', 'mean squared error', 'constructor', 'toString'])('%j is no loss', (name) => {
  expect(findLoss(name)).toBeUndefined()
})
