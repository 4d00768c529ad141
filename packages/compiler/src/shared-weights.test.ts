import * as tfl from '@tensorflow/tfjs-layers'
import { createMemory } from '@treadle/kernels'
import { AVERAGE, adam, advanceClock, startClock, type Optimizer } from '@treadle/optim'
import { Purpose, RandomStream } from '@treadle/core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileInference, compileTraining, type TrainingProgram } from './index.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

type Symbol = tfl.SymbolicTensor

const { batchNormalization, concatenate, dropout, flatten } = tfl.layers
/** Weights that are the same in every run. */
const dense = (config: Parameters<typeof tfl.layers.dense>[0]) =>
  tfl.layers.dense({ kernelInitializer: tfl.initializers.glorotUniform({ seed: config.units }), ...config })
const last = () => dense({ units: 4, activation: 'softmax' })
const sequential = (...layers: tfl.layers.Layer[]) =>
  tfl.sequential({ layers: [flatten({ inputShape: [6, 5] }), ...layers] })

const conv = (filters: number, options: object = {}) =>
  tfl.layers.conv2d({
    filters,
    kernelSize: 3,
    padding: 'same',
    kernelInitializer: tfl.initializers.glorotUniform({ seed: filters }),
    ...options,
  })

/** Normalizations that are folded before, after and not at all; dense layers of few and of many inputs. */
const models = {
  'wide and deep': () => {
    const input = tfl.input({ shape: [6, 5] })
    const deep = batchNormalization().apply(dense({ units: 7, activation: 'relu' }).apply(input))
    const merged = concatenate().apply([input, dropout({ rate: 0.3 }).apply(deep) as Symbol])
    return tfl.model({ inputs: input, outputs: last().apply(flatten().apply(merged)) as Symbol })
  },
  'plain dense layers': () => sequential(dense({ units: 40, activation: 'relu' }), last()),
  'many inputs': () => sequential(dense({ units: 130 }), dense({ units: 9 }), last()),
  'folded after': () => sequential(dense({ units: 8, useBias: false }), batchNormalization(), last()),
  'not folded': () => sequential(batchNormalization(), tfl.layers.reLU(), last()),
  convolutions: () => {
    const layers = [
      tfl.layers.reshape({ inputShape: [6, 5], targetShape: [6, 5, 1] }),
      conv(16, { useBias: false }),
      batchNormalization(),
      tfl.layers.reLU(),
      conv(17),
      batchNormalization({ scale: false }),
      conv(3, { activation: 'relu' }),
      batchNormalization(),
      tfl.layers.conv2dTranspose({ filters: 2, kernelSize: 2, kernelInitializer: 'ones' }),
      batchNormalization(),
      flatten(),
      last(),
    ]
    return tfl.sequential({ layers })
  },
  frozen: () => sequential(dense({ units: 8, trainable: false }), last()),
}

const count = 37
const random = new RandomStream(5, Purpose.weights)
const data = {
  inputs: Float32Array.from({ length: count * 30 }, (_, i) => random.uniform(i)),
  targets: Int32Array.from({ length: count }, (_, i) => i % 4),
  count,
}

/** Averages where the optimizer keeps them. */
function inferenceWeights(model: tfl.LayersModel, training: TrainingProgram): Float32Array[] {
  const averages = training.readSlots()[AVERAGE]
  return training.readWeights().map((values, i) => {
    const trained = model.trainableWeights.indexOf(model.weights[i] as (typeof model.weights)[number])
    return averages && trained >= 0 ? (averages[trained] as Float32Array) : values
  })
}

/** What the steps of a run are given, in turn. */
function stepsOf(optimizer: Optimizer): (steps: number) => Float32Array {
  const clock = startClock(optimizer)
  return (steps) =>
    Float32Array.from(Array.from({ length: steps }, () => advanceClock(clock, optimizer, 0.01)).flat())
}

const optimizers = { adam: adam(), averaging: adam({ useEma: true, emaMomentum: 0.7 }) }

test.each(
  Object.entries(models).flatMap(([name, make]) =>
    Object.entries(optimizers).map(([kind, optimizer]) => [name, kind, make, optimizer] as const),
  ),
)(
  '%s, %s: inference that shares the weights of training gives the bits of inference that copies them',
  async (_, __, make, optimizer) => {
    const model = make()
    const scalars = stepsOf(optimizer)
    const host = createMemory({ shared: false })
    const training = await compileTraining(model, {
      host,
      batchSize: 16,
      seed: 1,
      loss: 'sparseCategoricalCrossentropy',
      optimizer,
    })
    training.bind(data)
    const sharing = await compileInference(model, { host, weightsOf: training })
    const copying = await compileInference(model, { host })
    const outputs: Float32Array[] = []
    for (let epoch = 0; epoch < 3; epoch++) {
      await training.run({ epoch, firstStep: 0, steps: 3, scalars: scalars(3) })
      const held = training.holdWeights()
      sharing.refreshWeights()
      copying.writeWeights(inferenceWeights(model, training))
      const found = await sharing.run(data.inputs, count)
      expect(found).toEqual(await copying.run(data.inputs, count))
      expect(outputs).not.toContainEqual(found)
      outputs.push(found)
      expect(held()).toEqual(training.readWeights())
    }
    // Inference leaves training as it is.
    const again = stepsOf(optimizer)
    const alone = await compileTraining(model, {
      host: createMemory({ shared: false }),
      batchSize: 16,
      seed: 1,
      loss: 'sparseCategoricalCrossentropy',
      optimizer,
    })
    alone.bind(data)
    for (let epoch = 0; epoch < 3; epoch++) {
      await alone.run({ epoch, firstStep: 0, steps: 3, scalars: again(3) })
    }
    expect(training.readWeights()).toEqual(alone.readWeights())
    expect(() => sharing.writeWeights(training.readWeights())).toThrow('shares the weights')
    sharing.dispose()
    expect(training.readWeights()).toEqual(alone.readWeights())
  },
)

test('a copy of the weights stays as it was while training goes on', async () => {
  const model = models['wide and deep']()
  const host = createMemory({ shared: false })
  const training = await compileTraining(model, {
    host,
    batchSize: 16,
    seed: 1,
    loss: 'sparseCategoricalCrossentropy',
    optimizer: adam(),
  })
  training.bind(data)
  const before = training.readWeights()
  const held = training.holdWeights()
  await training.run({ epoch: 0, firstStep: 0, steps: 1, scalars: stepsOf(adam())(1) })
  expect(held()).toEqual(before)
  expect(training.readWeights()).not.toEqual(before)
})

test('the training of another model is refused', async () => {
  const host = createMemory({ shared: false })
  const options = {
    host,
    batchSize: 4,
    seed: 1,
    loss: 'sparseCategoricalCrossentropy',
    optimizer: adam(),
  } as const
  const training = await compileTraining(models['wide and deep'](), options)
  await expect(compileInference(models.frozen(), { host, weightsOf: training })).rejects.toThrow(
    'another model',
  )
})
