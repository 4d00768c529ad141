import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import {
  adam,
  adamW,
  adagrad,
  checkWeightNames,
  lion,
  oneCycle,
  optimizerNames,
  optimizers,
  optimizerSchema,
  resolveOptimizer,
  rmsprop,
  scheduleNames,
  sgd,
  rateMultiplierOf,
  weightDecayOf,
  type Optimizer,
} from '../index.ts'

test("defaults are Keras's, and every field has a description", () => {
  expect(adamW()).toEqual({
    name: 'adamw',
    learningRate: 0.001,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    amsgrad: false,
    weightDecay: 0.004,
    useEma: false,
    emaMomentum: 0.99,
    lookaheadAlpha: 0.5,
  })
  expect(rmsprop()).toMatchObject({ rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false })
  expect(adagrad()).toMatchObject({ initialAccumulatorValue: 0.1 })
  expect(lion()).toMatchObject({ beta2: 0.99 })
  for (const { schema } of Object.values(optimizers)) {
    const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
    for (const [field, described] of Object.entries(properties)) {
      if (field !== 'name') expect(described).toHaveProperty('description')
    }
  }
})

test('the JSON Schema has the short form, every optimizer and every schedule', () => {
  const text = JSON.stringify(z.toJSONSchema(optimizerSchema, { io: 'input' }))
  expect(JSON.parse(text)).toMatchObject({ anyOf: [{ enum: optimizerNames }, { oneOf: expect.any(Array) }] })
  for (const name of [...optimizerNames, ...scheduleNames]) expect(text).toContain(`"const":"${name}"`)
})

test.each(optimizerNames)('%s is read back from its JSON as the same data', (name) => {
  const optimizer = resolveOptimizer({ name, learningRate: 'oneCycle' } as never, 'test')
  expect(JSON.stringify(resolveOptimizer(JSON.parse(JSON.stringify(optimizer)), 'test'))).toBe(
    JSON.stringify(optimizer),
  )
})

test.each([
  ['adam', adam()],
  ['AdamW', adamW()],
  ['RMSprop', rmsprop()],
  [{ name: 'SGD', momentum: 0.9 }, sgd({ momentum: 0.9 })],
])('%j stands for an optimizer', (given, expected) => {
  expect(resolveOptimizer(given as Optimizer, 'train')).toEqual(expected)
})

test("a schedule without a peak takes the optimizer's default learning rate", () => {
  expect(sgd({ learningRate: oneCycle() }).learningRate).toMatchObject({ peak: 0.01 })
  expect(sgd({ learningRate: oneCycle({ peak: 0.2 }) }).learningRate).toMatchObject({ peak: 0.2 })
})

class AdamOptimizer {
  applyGradients(): void {}
}

test.each<[() => unknown, string]>([
  [() => adam({ learningRate: -1 }), 'adam: `learningRate` (=-1) must be at least 0.'],
  [
    () => sgd({ learningRate: Number.NaN }),
    'sgd: `learningRate` (=NaN) must be a number of at least 0, or a schedule.',
  ],
  [() => adam({ beta1: 1 }), 'adam: `beta1` (=1) must be less than 1.'],
  [() => adam({ epsilon: 0 }), 'adam: `epsilon` (=0) must be greater than 0.'],
  [() => adamW({ weightDecay: -0.1 }), 'adamW: `weightDecay` (=-0.1) must be at least 0.'],
  [() => sgd({ momentum: '0.9' as never }), 'sgd: `momentum` (="0.9") must be a finite number.'],
  [() => adam({ beta_1: 0.5 } as never), 'adam: there is no field `beta_1`. Did you mean `beta1`?'],
  [
    () => adam({ clipnorm: 1, globalClipnorm: 1 }),
    'adam: there is more than one of `clipnorm`, `globalClipnorm` and `clipvalue`. Give one.',
  ],
  [
    () => adam({ emaOverwriteFrequency: 3 }),
    'adam: `emaOverwriteFrequency` (=3) must come with `useEma: true`.',
  ],
  [
    () => adam({ learningRate: { schedule: 'cosin' } as never }),
    'adam: `learningRate.schedule` (="cosin") must be one of constant, step, exponential, polynomial, cosine, oneCycle, cosineCycles, piecewise. Did you mean \'cosine\'?',
  ],
  [
    () => adam({ learningRate: { schedule: 'cosine', warmpu: 1 } as never }),
    'adam: `learningRate`: there is no field `warmpu`. Did you mean `warmup`?',
  ],
  [
    () => resolveOptimizer('adm', 'train'),
    'train: optimizer: the value (="adm") must be one of adam, adamw, sgd, rmsprop, adagrad, adamax, nadam, lion, muon. Did you mean \'adam\'?',
  ],
  [
    () => resolveOptimizer(null as never, 'train'),
    'train: optimizer: the value (=null) must be one of adam, adamw, sgd, rmsprop, adagrad, adamax, nadam, lion, muon.',
  ],
  [
    () => resolveOptimizer(new AdamOptimizer() as never, 'train'),
    "train: `optimizer` is an object of tfjs (AdamOptimizer), which keeps its state to itself. Give 'adam', or adam({ learningRate: 0.001 }) of @treadle/trainer.",
  ],
])('wrong values are errors: case %#', (make, message) => {
  expect(make).toThrow(expect.objectContaining({ code: 'TRAINER_BAD_OPTIMIZER', message }))
})

test('exclusions from weight decay match the name of a weight, of a layer, or both', () => {
  const optimizer = adamW({ excludeFromWeightDecay: ['bias', 'dense_2', 'norm/gamma'] })
  const decays = [
    'dense_1/kernel',
    'dense_1/bias',
    'dense_2/kernel',
    'norm/gamma',
    'norm/beta',
    'dense_22/kernel',
  ]
  expect(decays.map((name) => weightDecayOf(optimizer, { name, shape: [2, 2] }) > 0)).toEqual([
    true,
    false,
    false,
    false,
    true,
    true,
  ])
  checkWeightNames(optimizer, decays)
  expect(() => checkWeightNames(adamW({ excludeFromWeightDecay: ['biass'] }), decays)).toThrow(
    "`excludeFromWeightDecay` names 'biass', but no trainable weight or layer has that name. Did you mean 'bias'?",
  )
})

test('rate multipliers of the same weight are multiplied, and each must name a weight', () => {
  const optimizer = adamW({ rateMultipliers: { beta: 64, 'norm_*': 0.5, 'norm_1/gamma': 0, 'd*e*/k*': 3 } })
  const names = ['norm/beta', 'norm_1/beta', 'norm_1/gamma', 'dense/kernel', 'dense/bias', 'my_dense/kernel']
  expect(names.map((name) => rateMultiplierOf(optimizer, name))).toEqual([64, 32, 0, 3, 1, 1])
  checkWeightNames(optimizer, names)
  for (const wrong of ['dens', 'kernel/dense', 'dense/kernel/x', 'norm*beta', 'gama', ''])
    expect(() => checkWeightNames(adamW({ rateMultipliers: { [wrong]: 2 } }), names)).toThrow(
      `\`rateMultipliers\` names '${wrong}', but no trainable weight or layer has that name.`,
    )
  for (const wrong of [-1, Number.NaN, Infinity, '2'])
    expect(() => adamW({ rateMultipliers: { bias: wrong as number } })).toThrow(/rateMultipliers/)
})

test('a name of many asterisks takes no time', () => {
  const names = ['a'.repeat(5000)]
  const optimizer = adamW({ rateMultipliers: { [`${'*a'.repeat(2000)}*b`]: 2 } })
  expect(() => checkWeightNames(optimizer, names)).toThrow(/names/)
})
