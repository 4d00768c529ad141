import { fc, test as property } from '@fast-check/vitest'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { Purpose, RandomStream } from '@treadle/core'
import { sgd } from '@treadle/optim'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ArraySamples } from '../data/arrays.ts'
import { evaluate, predict } from '../evaluate.ts'
import { fit } from '../fit.ts'
import { decodeTrainingState, encodeTrainingState } from '../state/codec.ts'
import { singleStep, type SingleStepResult } from '../testing/single-step.ts'
import { drawWeights, weightBits } from '../testing/small.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})
afterEach(() => tf.disposeVariables())

type Symbol = tfl.SymbolicTensor
const { layers } = tfl

function uniform(count: number, seed: number, stream: number): Float32Array {
  const random = new RandomStream(seed, Purpose.weights, { stream })
  return Float32Array.from({ length: count }, (_, i) => 2 * random.uniform(i) - 1)
}

/** The largest difference, relative to the largest value of all arrays. */
function difference(found: readonly Float32Array[], expected: readonly Float32Array[]): number {
  const most = Math.max(1e-3, ...expected.flatMap((values) => [...values].map(Math.abs)))
  const worst = found.flatMap((values, i) =>
    [...values].map((v, j) => Math.abs(v - (expected[i]?.[j] as number))),
  )
  return Math.max(...worst) / most
}

/** Two images, one convolutional tower for both, and two heads. */
function siamese(): tfl.LayersModel {
  const inputs = ['left', 'right'].map((name) => tfl.input({ shape: [6, 5, 1], name }))
  const tower = tfl.sequential({
    layers: [
      layers.conv2d({ inputShape: [6, 5, 1], filters: 5, kernelSize: 3, activation: 'relu' }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.25 }),
      layers.flatten(),
      layers.dense({ units: 6, activation: 'tanh', kernelRegularizer: tfl.regularizers.l2({ l2: 0.01 }) }),
    ],
  })
  const codes = inputs.map((input) => tower.apply(input) as Symbol)
  const joined = layers.concatenate().apply(codes) as Symbol
  const same = layers.dense({ units: 1, activation: 'sigmoid', name: 'same' }).apply(joined) as Symbol
  const kind = layers
    .dense({ units: 3, activation: 'softmax', name: 'kind' })
    .apply(codes[0] as Symbol) as Symbol
  return drawWeights(tfl.model({ inputs, outputs: [same, kind] }), 3)
}

const count = 50
const data: ArraySamples = {
  kind: 'arrays',
  inputs: {
    right: Uint8Array.from(uniform(count * 30, 1, 1), (v) => 127 * (v + 1)),
    left: uniform(count * 30, 1, 0),
  },
  targets: {
    same: Float32Array.from({ length: count }, (_, i) => i % 2),
    kind: Int32Array.from({ length: count }, (_, i) => i % 3),
  },
  count,
}
const options = {
  seed: 4,
  epochs: 3,
  batchSize: 8,
  loss: { same: 'binaryCrossentropy', kind: 'sparseCategoricalCrossentropy' },
  lossWeights: { kind: 0.3, same: 2 },
  validation: { split: 0.2 },
} as const

describe('a siamese network with two heads', () => {
  test('trains compiled, with the history of the eager executor to 1e-4', async () => {
    const results = []
    for (const executor of ['compiled', 'eager'] as const)
      results.push(await fit(siamese(), data, { ...options, executor }))
    const [compiled, eager] = results as [(typeof results)[0], (typeof results)[0]]
    expect(compiled.notes).toEqual([])
    expect(Object.keys(compiled.history)).toEqual([
      'loss',
      'same_loss',
      'same_accuracy',
      'kind_loss',
      'kind_accuracy',
      'val_loss',
      'val_same_loss',
      'val_same_accuracy',
      'val_kind_loss',
      'val_kind_accuracy',
    ])
    for (const [name, values] of Object.entries(eager.history)) {
      const found = (compiled.history as unknown as Record<string, number[]>)[name] as number[]
      values.forEach((value, epoch) => expect(found[epoch]).toBeCloseTo(value, 4))
    }
  })

  test.each(['compiled', 'eager'] as const)(
    'resumes within an epoch to the same bits: %s',
    async (executor) => {
      const whole = siamese()
      await fit(whole, data, { ...options, executor })
      const model = siamese()
      const stop = new AbortController()
      const { train } = await import('../train.ts')
      let state: Uint8Array | undefined
      for await (const event of train(model, data, { ...options, executor, signal: stop.signal })) {
        if (event.type === 'epoch') stop.abort()
        if (event.type === 'done') state = encodeTrainingState(event.state())
      }
      const again = siamese()
      await fit(again, data, { ...options, resume: decodeTrainingState(state as Uint8Array) })
      expect(weightBits(again)).toEqual(weightBits(whole))
    },
  )

  test('evaluate and predict name the outputs; the total is weighted and regularized', async () => {
    const model = siamese()
    const { loss, outputs } = await evaluate(model, data, {
      loss: options.loss,
      lossWeights: options.lossWeights,
    })
    const kernel = model.weights
      .find(({ shape }) => shape.join() === '60,6')
      ?.read()
      .dataSync() as Float32Array
    const penalty = 0.01 * kernel.reduce((sum, w) => sum + w * w, 0)
    expect(loss).toBeCloseTo(
      2 * (outputs['same']?.loss ?? 0) + 0.3 * (outputs['kind']?.loss ?? 0) + penalty,
      5,
    )
    const predicted = await predict(model, { kind: 'arrays', inputs: data.inputs, count })
    expect(predicted.outputs['kind']?.outputs).toEqual(outputs['kind']?.outputs)
    expect(predicted.outputs['same']?.units).toBe(1)
    const { left, right } = data.inputs as Record<string, Float32Array>
    const stock = model.predict([
      tf.tensor(left as Float32Array, [count, 6, 5, 1]),
      tf.tensor(
        Float32Array.from(right as Float32Array, (v) => v / 255),
        [count, 6, 5, 1],
      ),
    ]) as tf.Tensor[]
    const found = ['same', 'kind'].map((name) => predicted.outputs[name]?.outputs as Float32Array)
    expect(
      difference(
        found,
        stock.map((one) => one.dataSync<'float32'>()),
      ),
    ).toBeLessThan(1e-5)
  })

  test.each([
    [
      'one image too few',
      { ...data, inputs: { left: new Float32Array(30), right: new Float32Array(30) } },
      /holds 30 values, but 50 samples of 30 need 1500/,
    ],
    [
      'a name that the model does not have',
      { ...data, targets: { ...(data.targets as Record<string, Float32Array>), other: new Float32Array(1) } },
      /'other'/,
    ],
    ['no target', { ...data, targets: { same: new Float32Array(count) } }, /lacks 'kind'/],
  ])('%s is an error', async (_, bad, message) => {
    await expect(async () => fit(siamese(), bad as ArraySamples, options)).rejects.toThrow(message)
  })

  test('a weight that is no number is an error', async () => {
    const lossWeights = { same: -1, kind: 1 }
    await expect(async () => fit(siamese(), data, { ...options, lossWeights })).rejects.toThrow(
      /`same` \(=-1\)/,
    )
  })
})

const step = fc.record({
  kind: fc.constantFrom(
    'dense',
    'shared',
    'normalise',
    'convolution',
    'add',
    'concatenate',
    'dropout',
    'channels',
    'multiply',
    'maximum',
    'average',
    'rows',
    'turn',
    'layer',
  ),
  a: fc.nat(),
  b: fc.nat(),
})

/** Maps of one shape; shared layers are called on any of them. */
function randomModel(steps: readonly { kind: string; a: number; b: number }[], headCount: number) {
  const inputs = [tfl.input({ shape: [4, 3, 4] }), tfl.input({ shape: [4, 3, 4] })]
  const values: Symbol[] = [...inputs]
  const convolution = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'tanh' })
  const shared = layers.dense({ units: 4, activation: 'relu' })
  const normal = layers.batchNormalization()
  const dropout = layers.dropout({ rate: 0.3 })
  const channels = layers.dropout({ rate: 0.4, noiseShape: [null, 1, 1, null] as unknown as number[] })
  for (const { kind, a, b } of steps) {
    const x = values[a % values.length] as Symbol
    const other = values[b % values.length] as Symbol
    if (kind === 'dense') values.push(layers.dense({ units: 4, activation: 'sigmoid' }).apply(x) as Symbol)
    else if (kind === 'shared') values.push(shared.apply(x) as Symbol)
    else if (kind === 'normalise') values.push(normal.apply(x) as Symbol)
    else if (kind === 'convolution') values.push(convolution.apply(x) as Symbol)
    else if (kind === 'dropout') values.push(dropout.apply(x) as Symbol)
    else if (kind === 'channels') values.push(channels.apply(x) as Symbol)
    else if (kind === 'layer') values.push(layers.layerNormalization().apply(x) as Symbol)
    else if (kind === 'multiply') values.push(layers.multiply().apply([x, other]) as Symbol)
    else if (kind === 'maximum') values.push(layers.maximum().apply([x, other]) as Symbol)
    else if (kind === 'average') values.push(layers.average().apply([x, other]) as Symbol)
    else if (kind === 'rows') {
      const tall = layers.concatenate({ axis: 1 }).apply([x, other]) as Symbol
      values.push(layers.maxPooling2d({ poolSize: [2, 1] }).apply(tall) as Symbol)
    } else if (kind === 'turn') {
      const turned = layers
        .dense({ units: 3, activation: 'tanh' })
        .apply(layers.permute({ dims: [1, 3, 2] }).apply(x))
      values.push(
        layers.permute({ dims: [1, 3, 2] }).apply(layers.dense({ units: 3 }).apply(turned)) as Symbol,
      )
    } else if (kind === 'add') values.push(layers.add().apply([x, other]) as Symbol)
    else {
      const wide = layers.concatenate().apply([x, other]) as Symbol
      values.push(layers.dense({ units: 4 }).apply(wide) as Symbol)
    }
  }
  const pool = layers.globalAveragePooling2d({})
  const code = layers.dense({ units: 5, activation: 'tanh' })
  const kinds = ['softmax', 'sigmoid', 'linear'] as const
  const outputs = Array.from({ length: headCount }, (_, i) => {
    const from = values[Math.max(0, values.length - 1 - i)] as Symbol
    const sum = layers.add().apply([from, inputs[i % 2] as Symbol])
    const head = code.apply(pool.apply(sum)) as Symbol
    return layers.dense({ units: 3, activation: kinds[i] as 'softmax' }).apply(head) as Symbol
  })
  // What an output gives can be read by another.
  if (headCount > 1) outputs.push(layers.dense({ units: 2 }).apply(outputs[0] as Symbol) as Symbol)
  return tfl.model({ inputs, outputs })
}

property.prop(
  [fc.array(step, { minLength: 1, maxLength: 9 }), fc.integer({ min: 2, max: 3 }), fc.nat(0xffff)],
  {
    numRuns: 100,
  },
)(
  'a step of a random graph with shared layers and several outputs is within 1e-4 of the eager executor',
  async (steps, headCount, seed) => {
    const model = randomModel(steps, headCount)
    const rows = 5
    const weights = model.weights.map((weight, i) => {
      const values = uniform(weight.read().size, seed, i + 10)
      return weight.originalName.endsWith('variance') ? values.map((v) => v + 2) : values
    })
    const given = {
      model,
      optimizer: sgd({ momentum: 0.9, globalClipnorm: 1 }),
      weights,
      slots: { momentum: model.trainableWeights.map((w) => new Float32Array(w.read().size)) },
      t: 0,
      lossWeights: model.outputs.map((_, i) => 1 / (i + 1)),
      batch: {
        x: [0, 1].map((i) => uniform(rows * 48, seed, i)),
        y: model.outputs.map(({ shape }, i) =>
          i === 0
            ? Int32Array.from({ length: rows }, (_, row) => (seed + row) % 3)
            : uniform(rows * (shape[1] as number), seed, 5 + i).map((v) => Math.round((v + 1) / 2)),
        ),
      },
      seedStream: { seed, epoch: 2, step: 3 },
    }
    const compiled: SingleStepResult = await singleStep({ ...given, executor: 'compiled' })
    const eager = await singleStep({ ...given, executor: 'eager' })
    expect(Math.abs(compiled.loss - eager.loss)).toBeLessThan(1e-5 * Math.max(1, eager.loss))
    compiled.outputs.forEach(({ loss, metricSum }, i) => {
      expect(loss).toBeCloseTo(eager.outputs[i]?.loss as number, 4)
      expect(metricSum).toBeCloseTo(eager.outputs[i]?.metricSum as number, 3)
    })
    expect(difference(compiled.gradients, eager.gradients)).toBeLessThan(1e-4)
    expect(difference(compiled.weights, eager.weights)).toBeLessThan(1e-4)
    model.dispose()
  },
)
