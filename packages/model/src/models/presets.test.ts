import '@tensorflow/tfjs-backend-cpu'
import { inferenceRefusal, trainingRefusal } from '@treadle/compiler'
import { fc, test } from '@fast-check/vitest'
import { memory } from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { weightsSha256 } from '../artifacts.ts'
import { describeModel } from '../describe-model.ts'
import { models } from './index.ts'

const presets = [...models.values()].filter(({ recipe }) => recipe !== undefined)
const limits = { 'cnn-fast': 100_000, 'cnn-tiny': 100_000, cnn: 300_000, resnet: 1_000_000 }
const shapes = [
  [28, 28],
  [28, 28, 1],
  [32, 32, 3],
  [64, 64, 3],
  [37, 50, 3],
]

function build(name: string, options: object = {}) {
  return models.get(name)!.build({ seed: 1, inputShape: [28, 28], outputs: 10, ...options })
}

test('the list of models', () => {
  expect([...models].map(([key, { name }]) => [key, name])).toEqual(
    [
      'wide-and-deep',
      'wide-and-deep-regressor',
      'mlp',
      'cnn-fast',
      'cnn-tiny',
      'cnn',
      'resnet',
      'photo-small',
    ].map((name) => [name, name]),
  )
})

describe.each(presets.map(({ name }) => name))('%s', (name) => {
  test.each(shapes)('compiles for images of %i × %i and channels %j', async (...inputShape) => {
    const shape = inputShape.filter((size) => size !== undefined)
    const before = memory().numTensors
    const model = await build(name, { inputShape: shape, outputs: 5, width: 4 })
    expect(model.outputShape).toEqual([null, 5])
    expect(trainingRefusal(model, { loss: 'sparseCategoricalCrossentropy' })).toBeUndefined()
    expect(inferenceRefusal(model)).toBeUndefined()
    expect(new Set(model.layers.map((layer) => layer.name)).size).toBe(model.layers.length)
    model.dispose()
    expect(memory().numTensors).toBe(before)
  })

  test.prop(
    [fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 0.4), fc.nat(9)],
    { numRuns: 5 },
  )('takes its depth, width, dropout and seed', async (depth, width, dropout, seed) => {
    const options = { depth, width, dropout, seed, inputShape: [8, 8], outputs: 2 }
    const [one, other] = [await build(name, options), await build(name, options)]
    expect(await weightsSha256(one)).toBe(await weightsSha256(other))
    const { layers } = describeModel(one)
    const count = (type: string) => layers.filter((layer) => layer.type === type).length
    expect(count('Dropout')).toBe(dropout === 0 ? 0 : name === 'mlp' ? depth : 1)
    const stages = { 'photo-small': 4, 'cnn-fast': 2 }[name] ?? 3
    const [convolutions, dense] =
      name === 'mlp' ? [0, depth + 1] : [name === 'resnet' ? 3 + 6 * depth : stages * depth, 1]
    expect([count('Conv2D'), count('Dense')]).toEqual([convolutions, dense])
    expect(layers.find(({ type }) => type === 'BatchNormalization')?.outputShape.at(-1)).toBe(width)
    one.dispose()
    other.dispose()
  })

  test.each([{ depth: 0 }, { depth: 51 }, { width: 0 }, { dropout: 1 }, { units: [3] }])(
    'refuses the options %j',
    async (options) => {
      await expect(build(name, options)).rejects.toThrow()
    },
  )
})

test.each(Object.entries(limits))('%s has at most %i parameters in ten classes', async (name, limit) => {
  for (const inputShape of [
    [28, 28],
    [64, 64, 3],
  ]) {
    const model = await build(name, { inputShape })
    const { total } = describeModel(model).parameters
    expect(total).toBeLessThanOrEqual(limit)
    expect(total).toBeGreaterThan(limit / 2)
    model.dispose()
  }
})

test.each([
  [
    'cnn',
    [3, 28],
    /`inputShape` \(=\[3,28\]\): cnn has 3 stages .* at least 4 × 4 pixels, not 3 × 28 pixels/,
  ],
  ['photo-small', [7, 7, 3], /at least 8 × 8 pixels, not 7 × 7 pixels/],
  ['resnet', [784], /at least 4 × 4 pixels, not 784 numbers/],
  ['mlp', [], /`inputShape` \(=\[\]\)/],
] as const)('%s refuses inputs of shape %j and leaves nothing', async (name, inputShape, message) => {
  const before = memory().numTensors
  await expect(build(name, { inputShape })).rejects.toMatchObject({
    code: 'MODEL_BAD_OPTION',
    message: expect.stringMatching(message) as string,
  })
  expect(memory().numTensors).toBe(before)
})
