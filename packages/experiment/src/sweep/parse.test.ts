import { expect, test } from 'vitest'
import { parseSweep, sweepParameters, trialRecipe } from './parse.ts'

const sweep = {
  recipe: { model: 'wide-and-deep', data: 'sample' },
  search: { 'optimizer.learningRate': { logUniform: [1e-4, 0.1] } },
  budget: { trials: 3 },
}

test('a sweep is completed, and complete sweeps stay as they are', () => {
  const complete = parseSweep(sweep, 'rates')
  expect(complete).toMatchObject({
    name: 'rates',
    recipe: { model: { name: 'wide-and-deep' }, data: { name: 'sample', validation: 'auto' } },
    objective: { metric: 'val_loss', of: 'best' },
    sampler: 'random',
    seed: 1,
  })
  expect(parseSweep(JSON.parse(JSON.stringify(complete)))).toEqual(complete)
  expect(parseSweep({ ...sweep, recipe: 'wide-and-deep' }).recipe).toMatchObject({
    model: { name: 'wide-and-deep' },
  })
})

test.each([
  ['90s', 90],
  ['1h30m', 5400],
  ['2h', 7200],
  [12.5, 12.5],
])('a time of %s is %f seconds', (time, seconds) => {
  expect(parseSweep({ ...sweep, budget: { time } }).budget.time).toBe(seconds)
})

test('fields belong to choices by `when`, in any order of the file', () => {
  const given = parseSweep({
    ...sweep,
    search: {
      'optimizer.momentum': { uniform: [0, 0.9], when: { 'optimizer.name': 'sgd' } },
      'optimizer.name': { choice: ['adam', 'sgd'] },
      'model.units': { choice: [[8], [16, 8]] },
    },
  })
  expect(sweepParameters(given).map(({ path }) => path)).toEqual([
    'optimizer.name',
    'model.units',
    'optimizer.momentum',
  ])
  const values = { 'optimizer.name': 'sgd', 'model.units': [16, 8], 'optimizer.momentum': 0.5 }
  expect(trialRecipe(given, values)).toMatchObject({
    optimizer: { name: 'sgd', momentum: 0.5 },
    model: { name: 'wide-and-deep', units: [16, 8] },
    data: { name: 'sample' },
  })
})

const searching = (search: object) => ({ ...sweep, search })
test.each([
  [{ ...sweep, search: {} }, '`search` has no fields'],
  [{ ...sweep, budgt: {} }, 'budgt'],
  [{ ...sweep, sampler: 'sobol' }, '`sampler`'],
  [{ ...sweep, objective: 'val_acuracy' }, "Did you mean 'val_accuracy'?"],
  [{ ...sweep, pruner: 'hyperbund' }, "Did you mean 'hyperband'?"],
  [{ ...sweep, pruner: { name: 'hyperbund' } }, '`pruner.name` (="hyperbund") must be one of median'],
  [{ ...sweep, budget: {} }, 'The sampler random does not end by itself'],
  [{ ...sweep, budget: { time: 'soon' } }, 'budget.time'],
  [{ ...sweep, recipe: { model: 'wide' } }, 'There is no model wide'],
  [
    { ...sweep, recipe: { ...sweep.recipe, data: { name: 'sample', validation: 'none' } } },
    'needs the same validation',
  ],
  [searching({ 'optimizer.learningRat': { uniform: [0, 1] } }), 'Did you mean optimizer.learningRate?'],
  [
    searching({ 'optimizer.learningRate': { uniform: [1, 0.1] } }),
    'the lower bound 1 is above the upper bound 0.1',
  ],
  [searching({ 'optimizer.learningRate': { logUniform: [0, 1] } }), 'begins above 0'],
  [searching({ 'optimizer.learningRate': { uniform: [-1, 1] } }), 'must be'],
  [searching({ 'optimizer.learningRate': { normal: [0, 1] } }), 'must have one of choice, uniform'],
  [searching({ 'optimizer.learningRate': { logUnifrom: [0, 1] } }), 'Did you mean `logUniform`?'],
  [searching({ 'optimizer.learningRate': { uniform: [0, 1], pionts: 3 } }), 'Did you mean `points`?'],
  [searching({ 'training.epochs': { uniform: [1, 3] } }), 'is a whole number'],
  [searching({ 'optimizer.name': { uniform: [1, 3] } }), 'is not a number'],
  [searching({ 'optimizer.name': { choice: ['adam', 'sdg'] } }), 'Did you mean sgd?'],
  [
    searching({ 'optimizer.name': { choice: ['adam', 'sgd'] }, 'optimizer.momentum': { uniform: [0, 0.9] } }),
    'has no `optimizer.momentum`',
  ],
  [
    searching({ 'optimizer.momentum': { uniform: [0, 1], when: { 'optimizer.name': 'sgd' } } }),
    'is not searched',
  ],
  [
    searching({
      'optimizer.name': { choice: ['sgd'] },
      'optimizer.momentum': { uniform: [0, 1], when: { 'optimizer.name': 'adam' } },
    }),
    'is not one of its choices sgd',
  ],
  [
    searching({
      'optimizer.name': { choice: ['sgd'], when: { 'model.name': 'wide-and-deep' } },
      'model.name': { choice: ['wide-and-deep'], when: { 'optimizer.name': 'sgd' } },
    }),
    'form a circle',
  ],
  [{ ...sweep, sampler: 'grid' }, 'a grid needs `points`'],
  ['sweep', 'must be'],
])('%j is refused', (given, message) => {
  expect(() => parseSweep(given)).toThrow(
    expect.objectContaining({
      code: 'EXPERIMENT_BAD_SWEEP',
      message: expect.stringContaining(message) as string,
    }),
  )
})
