import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { commandLine } from './command-line.ts'
import { recipeFacts } from './facts.ts'
import { type RecipeField, fieldAt, recipeFields } from './fields.ts'
import { recipeFlags, withFlags, withSetting } from './flags.ts'
import { parseRecipe } from './parse.ts'
import { valueAt, withValue } from './paths.ts'
import type { Recipe } from './schema.ts'
import { recipeFromText, recipeToYaml } from './text.ts'

const model = 'wide-and-deep'

describe('parseRecipe', () => {
  test('needs the model alone', () => {
    expect(parseRecipe({ model })).toMatchObject({
      model: { name: model, units: [30, 30], dropout: 0.5 },
      data: { name: 'auto', validation: 'test' },
      training: {
        epochs: 10,
        batchSize: 32,
        seed: 1,
        threads: 'auto',
        executor: 'auto',
        fastMath: false,
        wideSimd: false,
      },
      optimizer: { name: 'adam', learningRate: 0.001 },
      earlyStopping: false,
    })
  })

  test('takes bare values for groups', () => {
    const short = { model, data: 'sample', optimizer: 'sgd', loss: 'meanSquaredError', earlyStopping: 3 }
    const long = {
      model: { name: model },
      data: { name: 'sample' },
      optimizer: { name: 'sgd', learningRate: 0.01 },
      loss: { name: 'meanSquaredError' },
      earlyStopping: { patience: 3 },
    }
    expect(parseRecipe(short)).toEqual(parseRecipe(long))
    expect(parseRecipe({ model, data: { validation: 0.25 } }).data.validation).toEqual({ split: 0.25 })
  })

  test('completes the group of the default optimizer', () => {
    expect(parseRecipe({ model, optimizer: { learningRate: 0.1 } }).optimizer).toMatchObject({
      name: 'adam',
      learningRate: 0.1,
    })
  })

  test.each([
    [{}, 'The recipe has no `model`. Add it.'],
    [5, 'A recipe must be a group of fields: model, data,'],
    [{ model: 'wide-and-dep' }, 'There is no model wide-and-dep. Did you mean wide-and-deep? The models are'],
    [{ model, epochs: 3 }, 'A recipe has no field `epochs`. Did you mean `training.epochs`?'],
    [{ model, training: { epoch: 3 } }, 'no field `training.epoch`. Did you mean `training.epochs`?'],
    [{ model, training: { lr: 3 } }, 'no field `training.lr`'],
    [{ model, optimizer: { lr: 3 } }, 'no field `optimizer.lr`. Did you mean `optimizer.learningRate`?'],
    [{ model, training: { epochs: 0 } }, '`training.epochs` (=0) must be a whole number of at least 1.'],
    [{ model, training: { epochs: '3' } }, '`training.epochs` (=3) must be a whole number of at least 1.'],
    [{ model, training: { threads: 9 } }, '`training.threads` (=9) must be a whole number from 1 to 8.'],
    [{ model, training: { threads: 'two' } }, '(=two) must be auto or a whole number from 1 to 8.'],
    [{ model, training: 7 }, '`training` must be a group of fields: epochs, batchSize,'],
    [
      { model, optimizer: 'adan' },
      '`optimizer.name` (=adan) must be adam, adamw, sgd, rmsprop, adagrad, adamax, nadam, lion or muon. Did you mean adam?',
    ],
    [
      { model, data: { validation: 'tset' } },
      '(=tset) must be test, none, auto or a group of fields. Did you mean',
    ],
    [
      { model, data: { validation: 2 } },
      '`data.validation.split` (=2) must be a number above 0 and below 1.',
    ],
    [{ model, data: { validation: { spli: 2 } } }, 'Did you mean `data.validation.split`?'],
    [{ model, earlyStopping: {} }, 'The recipe has no `earlyStopping.patience`: it must be a whole number'],
    [{ model: { name: model, units: [] } }, '`model.units` (=[]) must be one number or more.'],
    [{ model: { name: model, units: [3, 0] } }, '`model.units.1` (=0) must be a whole number of at least 1.'],
    [{ model, data: { background: 'red' } }, '(=red) must be auto, black, white or #RRGGBB.'],
    [{ model, classWeight: { a: '' } }, 'must be balanced or CLASS=X,…'],
    [{ model, classWeight: { a: -1 } }, '`classWeight.a` (=-1) must be a number of at least 0.'],
    [
      { model: { name: 'wide-and-deep-regressor', dropout: 0.1 } },
      'The model wide-and-deep-regressor has no `model.dropout`. It takes model.units, model.activation.',
    ],
    [{ model, training: { fastMath: true, executor: 'eager' } }, 'fast math'],
    [{ model, training: { wideSimd: true, executor: 'eager' } }, 'wide SIMD'],
    [{ model, training: { wideSimd: true, fastMath: true } }, 'wide SIMD'],
  ])('%j is an error', (input, message) => {
    expect(() => parseRecipe(input)).toThrow(message)
    expect(() => parseRecipe(input)).toThrow(expect.objectContaining({ code: 'EXPERIMENT_BAD_RECIPE' }))
  })

  test('names a field as the caller does', () => {
    expect(() => parseRecipe({ model, training: { epochs: 0 } }, () => '--epochs')).toThrow(
      '`--epochs` (=0) must be',
    )
  })
})

describe('fields', () => {
  test('each has a description, a flag of its own, and a value hint', () => {
    const fields = recipeFields()
    for (const { path, description } of fields) {
      expect(description, path).toMatch(/\w{3}/)
      expect(description, path).not.toMatch(/\.$/)
    }
    const flags = recipeFlags().flatMap(({ name, alias }) => [name, ...(alias === undefined ? [] : [alias])])
    expect(new Set(flags).size).toBe(flags.length)
    for (const { valueHint, isSwitch } of recipeFlags()) expect(valueHint !== '' || isSwitch).toBe(true)
  })

  test('know their alternatives', () => {
    expect(fieldAt('model.dropout')?.when['model.name']).toEqual(
      expect.arrayContaining(['wide-and-deep', 'cnn']),
    )
    expect(fieldAt('model.units')?.when).toEqual({ 'model.name': [model, 'wide-and-deep-regressor'] })
    expect(fieldAt('optimizer.learningRate')).toMatchObject({
      kind: 'number',
      choices: [],
      defaults: [
        { value: 0.001, for: ['adam', 'adamw', 'rmsprop', 'adagrad', 'adamax', 'nadam', 'lion', 'muon'] },
        { value: 0.01, for: ['sgd'] },
      ],
    })
    expect(fieldAt('optimizer.learningRate.warmup')?.flag).toBe('schedule-warmup')
    expect(fieldAt('classWeight.shirt')?.path).toBe('classWeight')
    expect(fieldAt('nothing')).toBeUndefined()
  })

  test('give the flags that the command has had, with their aliases and defaults', () => {
    const flags = recipeFlags().map(({ name, alias, default: fallback }) => [name, alias, fallback])
    for (const flag of [
      ['data', undefined, 'auto'],
      ['epochs', 'e', '10'],
      ['batch-size', 'b', '32'],
      ['seed', 's', '1'],
      ['optimizer', undefined, 'adam'],
      ['learning-rate', undefined, '0.001, for sgd 0.01'],
      ['early-stopping', undefined, undefined],
      ['validation-split', undefined, undefined],
      ['units', undefined, '30,30'],
      [
        'dropout',
        undefined,
        '0.5, for mlp, cnn, resnet 0.2, for cnn-fast, cnn-tiny, transfer 0, for photo-small 0.3',
      ],
      ['threads', undefined, 'auto'],
      ['executor', undefined, 'auto'],
      ['fast-math', undefined, undefined],
      ['wide-simd', undefined, undefined],
    ])
      expect(flags).toContainEqual(flag)
  })
})

describe('settings', () => {
  test.each([
    ['optimizer.learningRate', '0.003', 0.003],
    ['optimizer', 'sgd', 'sgd'],
    ['model.units', '64, 32', [64, 32]],
    ['model.batchNormalization', 'false', false],
    ['earlyStopping', 'false', false],
    ['earlyStopping', '3', 3],
    ['classWeight', 'Shirt=2,Bag=0.5', { Shirt: 2, Bag: 0.5 }],
    ['classWeight', 'balanced', 'balanced'],
    ['classWeight.Shirt', '2', 2],
    ['optimizer.rateMultipliers', 'beta=64,dense*/kernel=0.5', { beta: 64, 'dense*/kernel': 0.5 }],
    ['training.threads', 'auto', 'auto'],
    ['optimizer', '{"name":"sgd"}', { name: 'sgd' }],
  ])('--set %s=%s', (path, text, value) => {
    expect(valueAt(withSetting({ model }, path, text), path)).toEqual(value)
  })

  test('a field of a group that a bare value stands for keeps the value', () => {
    expect(withSetting({ model, optimizer: 'sgd' }, 'optimizer.learningRate', '0.1')).toEqual({
      model,
      optimizer: { name: 'sgd', learningRate: 0.1 },
    })
    expect(withValue({ earlyStopping: 3 }, 'earlyStopping.minDelta', 0.1)).toEqual({
      earlyStopping: { patience: 3, minDelta: 0.1 },
    })
  })

  test('decimal digits are numbers, anything else is left to the schema', () => {
    for (const text of ['0x10', '1e3', ' 1', '', '1.5', 'Infinity'])
      expect(() => parseRecipe(withFlags({ model }, { epochs: text }))).toThrow('training.epochs')
  })
})

test('a command line and the facts hold what differs from the defaults', () => {
  const recipe = parseRecipe({
    model: { name: model, units: [64, 32], batchNormalization: false },
    data: { name: '/my photos', validation: 0.1 },
    training: { epochs: 2, fastMath: true },
    optimizer: 'sgd',
    earlyStopping: 2,
  })
  expect(commandLine(recipe)).toBe(
    "treadle train --units 64,32 --no-batch-normalization --data '/my photos' --validation-split 0.1 --epochs 2 --seed 1 --fast-math --optimizer sgd --early-stopping 2",
  )
  expect(recipeFacts(recipe)).toEqual({
    units: '64,32',
    'batch normalization': false,
    'validation split': 0.1,
    'fast math': true,
    optimizer: 'sgd',
    'early stopping': 2,
  })
  expect(commandLine(parseRecipe({ model }))).toBe('treadle train --seed 1')
  // The switch --nesterov is Muon's default, which it cannot turn off.
  expect(commandLine(parseRecipe({ model, optimizer: { name: 'muon', nesterov: false } }))).toBe(
    'treadle train --seed 1 --optimizer muon --set optimizer.nesterov=false',
  )
  expect(commandLine(parseRecipe({ model, optimizer: { name: 'sgd', nesterov: true } }))).toBe(
    'treadle train --seed 1 --optimizer sgd --nesterov',
  )
  expect(recipeFacts(parseRecipe({ model }))).toEqual({ optimizer: 'adam' })
  expect(commandLine(parseRecipe({ model: 'wide-and-deep-regressor' }))).toBe(
    'treadle train wide-and-deep-regressor --seed 1',
  )
})

/** Any value that a field may have. */
function valueOf({ kind, choices, bounds }: RecipeField): fc.Arbitrary<unknown> {
  const { integer, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = bounds
  const number = integer
    ? fc.integer({ min: minimum ?? -1000, max: maximum ?? 1000 })
    : fc
        .double({
          min: minimum ?? exclusiveMinimum ?? -1e6,
          max: maximum ?? exclusiveMaximum ?? 1e6,
          noNaN: true,
        })
        .filter((value) => value !== exclusiveMinimum && value !== exclusiveMaximum && !Object.is(value, -0))
  if (kind === 'boolean') return fc.boolean()
  if (kind === 'text') return fc.string({ minLength: 1 }).filter((text) => !text.startsWith('-'))
  if (kind === 'numbers') return fc.array(number, { minLength: 1, maxLength: 3 })
  if (kind === 'texts') return fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { minLength: 1, maxLength: 3 })
  if (kind === 'map')
    return fc.dictionary(fc.stringMatching(/^[a-z][a-z /-]{0,5}[a-z]$/), number, { maxKeys: 3 })
  if (kind === 'choice') return fc.constantFrom(...choices)
  return choices.length > 0 ? fc.oneof(fc.constantFrom(...choices), number) : number
}

/** Some fields of a recipe, set to some values; those that do not go together are left out. */
const someRecipe: fc.Arbitrary<Recipe> = fc
  .tuple(...recipeFields().map((field) => fc.option(valueOf(field), { nil: undefined, freq: 1 })))
  .map((values) => {
    let recipe: unknown = { model }
    for (const [i, { path }] of recipeFields().entries()) {
      if (values[i] === undefined) continue
      const next = withValue(recipe, path, values[i])
      try {
        parseRecipe(next)
        recipe = next
      } catch {
        // This field does not go with those before it.
      }
    }
    return parseRecipe(recipe)
  })

/** The words of a command line, as a shell splits them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) =>
    word.replaceAll(
      /'([^']*)'|\\(')/g,
      (_, quoted: string | undefined, escaped: string | undefined) => quoted ?? escaped ?? '',
    ),
  )
}

test.prop([someRecipe])('YAML, JSON and the command line give the same recipe again', async (recipe) => {
  expect(parseRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe)
  expect(await recipeFromText(await recipeToYaml(recipe))).toEqual(recipe)

  const given: Record<string, string | boolean | undefined> = {}
  const words = wordsOf(commandLine(recipe)).slice(2)
  let input: unknown = { model }
  while (words.length > 0) {
    const word = words.shift() as string
    const flag = recipeFlags().find(({ name }) => `--${name}` === word)
    if (flag === undefined) input = { model: word }
    else given[flag.name] = flag.isSwitch ? true : words.shift()
  }
  expect(parseRecipe(withFlags(input, given))).toEqual(recipe)
})

test.prop([fc.anything()])('any value is a recipe or a TreadleError', (input) => {
  try {
    parseRecipe(input)
  } catch (error) {
    expect(error).toMatchObject({ code: 'EXPERIMENT_BAD_RECIPE' })
  }
})

test('text that is not YAML is an error that names the file', async () => {
  await expect(recipeFromText('model: [', 'mine.yaml')).rejects.toThrow(/^mine\.yaml is not YAML or JSON: /)
})

test('a text that is not of a field’s form is answered with what the field means', () => {
  const recipe = { model: 'mlp', data: { name: 'sample', memory: '1x' } }
  expect(() => parseRecipe(recipe)).toThrow(
    /data\.memory` \(=1x\) must be as described: “The most that .* such as 200MB/,
  )
})
