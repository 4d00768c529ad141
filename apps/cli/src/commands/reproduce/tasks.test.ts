import { parseRecipe } from '@treadle/experiment/recipe'
import { expect, test } from 'vitest'
import { foldInterval } from './folds.ts'
import { MOST_FOLDS, tasksOf } from './tasks.ts'

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

test('the interval of the mean is that of Student’s t', () => {
  // scipy.stats.t.interval(0.95, 4, loc=0.84, scale=scipy.stats.sem([0.8, 0.82, 0.84, 0.86, 0.88]))
  const [low, high] = foldInterval({ mean: 0.84, sd: Math.sqrt(0.001), count: 5 })
  expect(low).toBeCloseTo(0.80073514, 7)
  expect(high).toBeCloseTo(0.87926486, 7)
  expect(foldInterval({ mean: 0.5, sd: 0.1, count: MOST_FOLDS })[1]).toBeCloseTo(0.54680144, 6)
})
