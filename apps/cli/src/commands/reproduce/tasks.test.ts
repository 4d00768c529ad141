import { parseRecipe } from '@treadle/experiment/recipe'
import { expect, test } from 'vitest'
import { tasksOf } from './tasks.ts'

const recipe = parseRecipe({ model: 'wide-and-deep', training: { seed: 9 } })

test('a run for each seed, or for each fold under seed 1', () => {
  const seeds = tasksOf({ seeds: '3' }, new Set())
  expect([seeds.kind, seeds.count, seeds.recipeOf(recipe, 2).training.seed]).toEqual(['seed', 3, 2])
  const folds = tasksOf({ seeds: '5', folds: '4' }, new Set(['folds']))
  expect([folds.kind, folds.count]).toEqual(['fold', 4])
  const second = folds.recipeOf(recipe, 2)
  expect([second.data.fold, second.training.seed]).toEqual(['2/4', 1])
  expect(() => parseRecipe(second)).not.toThrow()
})

test.each([
  ['1', ['folds'], /`--folds` \(=1\) must be a whole number from 2 to 20/],
  ['21', ['folds'], /from 2 to 20/],
  ['5', ['folds', 'seeds'], /cannot be used together/],
])('--folds %s with %j is an error', (folds, given, message) => {
  expect(() => tasksOf({ seeds: '5', folds }, new Set(given))).toThrow(message)
})
