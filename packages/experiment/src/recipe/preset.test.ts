import { models } from '@treadle/model/models'
import { describe, expect, test } from 'vitest'
import { commandLine } from './command-line.ts'
import { withFlags } from './flags.ts'
import { parseRecipe } from './parse.ts'
import { longForm, valueAt } from './paths.ts'

const presets = [...models.values()].filter(({ recipe }) => recipe !== undefined)

describe.each(presets)('the recipe of $name', ({ name, recipe = {} }) => {
  const complete = parseRecipe({ model: name })

  test('is in long form, and its fields are in the complete recipe', () => {
    expect(longForm(recipe)).toEqual(recipe)
    expect(complete).toMatchObject(recipe)
  })

  test('stays as it is when it is read again, changed or not', () => {
    expect(parseRecipe(complete)).toEqual(complete)
    expect(commandLine(complete)).toBe(`treadle train ${name} --seed 1`)
    const changed = parseRecipe({
      model: name,
      optimizer: 'sgd',
      training: { epochs: 3 },
      loss: { labelSmoothing: 0 },
    })
    expect(parseRecipe(changed)).toEqual(changed)
  })
})

const model = 'cnn'
const { recipe: own = {} } = models.get(model)!
const { optimizer } = own

describe('a recipe with a preset', () => {
  test.each([
    [{}, 'optimizer', optimizer],
    [{ optimizer: 'adamw' }, 'optimizer', optimizer],
    [{ optimizer: { weightDecay: 0 } }, 'optimizer', { ...optimizer, weightDecay: 0 }],
    [{ optimizer: { learningRate: 0.25 } }, 'optimizer', { ...optimizer, learningRate: 0.25 }],
    [
      { optimizer: { learningRate: { peak: 0.25 } } },
      'optimizer.learningRate',
      { schedule: 'oneCycle', peak: 0.25 },
    ],
    [{ optimizer: 'sgd' }, 'optimizer', { name: 'sgd', learningRate: 0.01 }],
    [{ training: { epochs: 3 } }, 'training', { ...own['training'], epochs: 3 }],
    [{ loss: 'categoricalCrossentropy' }, 'loss.labelSmoothing', 0.05],
  ])('%j: the fields that are given take the place of those of the preset', (input, path, value) => {
    const found = valueAt(parseRecipe({ model, ...input }), path)
    if (typeof value === 'object') expect(found).toMatchObject(value)
    else expect(found).toBe(value)
  })

  test('another schedule has none of the fields of the preset’s', () => {
    const recipe = parseRecipe({ model, optimizer: { learningRate: { schedule: 'cosine' } } })
    expect(recipe.optimizer).toMatchObject({
      name: 'adamw',
      learningRate: { schedule: 'cosine', peak: 0.001 },
    })
    expect(parseRecipe({ model, optimizer: 'sgd' }).optimizer.weightDecay).toBeUndefined()
  })

  test('is repeated by its command line', () => {
    for (const flags of [
      { epochs: '3', 'batch-size': '32' },
      { optimizer: 'sgd', 'learning-rate': '0.1' },
      { 'learning-rate': '0.001' },
      { schedule: 'cosine', 'schedule-warmup': '1' },
      { optimizer: 'adam', width: '8', dropout: '0.1' },
    ]) {
      const recipe = parseRecipe(withFlags({ model }, flags))
      const words = commandLine(recipe).split(' ').slice(3)
      const again: Record<string, string> = {}
      for (let i = 0; i < words.length; i += 2) again[words[i]!.slice(2)] = words[i + 1]!
      expect(parseRecipe(withFlags({ model }, again))).toEqual(recipe)
    }
  })

  test('wide-and-deep has the defaults of the schema', () => {
    expect(parseRecipe({ model: 'wide-and-deep' }).optimizer).toMatchObject({
      name: 'adam',
      learningRate: 0.001,
    })
  })

  test.each([{ model: 'constructor' }, { model: 5 }, { model: { name: ['cnn'] } }, { model, optimizer: 7 }])(
    '%j is the error that it is without presets',
    (input) => {
      expect(() => parseRecipe(input)).toThrow(expect.objectContaining({ code: 'EXPERIMENT_BAD_RECIPE' }))
    },
  )
})
