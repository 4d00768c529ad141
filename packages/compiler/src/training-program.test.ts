import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { createMemory } from '@treadle/kernels'
import { adam } from '@treadle/optim'
import { Purpose, RandomStream, permutation } from '@treadle/core'
import { startPool, startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileInference, compileTraining, trainingRefusal, type Host } from './index.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

type Symbol = tfl.SymbolicTensor

/** The report's network, smaller or larger. */
function wideAndDeep({ units = 30, lines = 28, width = 28 } = {}): tfl.LayersModel {
  const input = tfl.input({ shape: [lines, width] })
  const block = (x: Symbol) =>
    tfl.layers.batchNormalization().apply(tfl.layers.dense({ units, activation: 'relu' }).apply(x)) as Symbol
  const dropped = tfl.layers.dropout({ rate: 0.5 }).apply(block(block(input))) as Symbol
  const merged = tfl.layers.concatenate().apply([input, dropped])
  const flat = tfl.layers.flatten().apply(merged)
  const outputs = tfl.layers.dense({ units: 10, activation: 'softmax' }).apply(flat) as Symbol
  return drawKernels(tfl.model({ inputs: input, outputs }))
}

/** Draws every kernel from ±0.3: tfjs's own initializers draw others each time. */
function drawKernels(model: tfl.LayersModel): tfl.LayersModel {
  model.weights.forEach((weight, stream) => {
    if (!weight.originalName.endsWith('kernel')) return
    const random = new RandomStream(1, Purpose.weights, { stream })
    const { shape } = weight.read()
    const size = shape.reduce((product, length) => product * length, 1)
    const values = Float32Array.from({ length: size }, (_, i) => 0.6 * random.uniform(i) - 0.3)
    tf.tidy(() => void weight.write(tf.tensor(values, shape)))
  })
  return model
}

const count = 203

function data(size: number) {
  const random = new RandomStream(5, Purpose.weights)
  const inputs = Uint8Array.from({ length: count * size }, (_, i) => random.at(i) & 0xff)
  // A label that the first bytes decide, so that there is something to learn.
  const targets = Int32Array.from({ length: count }, (_, i) => (inputs[i * size] as number) % 10)
  return { inputs, targets, count }
}

const order = permutation(count, new RandomStream(9, Purpose.shuffle))

/** Runs epochs in the given pieces of steps; returns what is left. */
async function train(
  model: tfl.LayersModel,
  host: Host,
  batchSize: number,
  size: number,
  pieces: readonly number[],
  optimizer = adam(),
) {
  const program = await compileTraining(model, {
    host,
    batchSize,
    seed: 3,
    loss: 'sparseCategoricalCrossentropy',
    optimizer,
  })
  program.bind(data(size))
  const losses: number[] = []
  for (let epoch = 0; epoch < 2; epoch++) {
    let firstStep = 0
    for (const steps of pieces) {
      const scalars = new Float32Array(2 * steps).fill(0.003)
      const result = await program.run({
        epoch,
        order,
        firstStep,
        steps,
        scalars,
      })
      losses.push(...result.losses)
      firstStep += steps
    }
  }
  const state = { weights: program.readWeights(), slots: program.readSlots(), losses }
  program.dispose()
  return state
}

describe('the same bits', () => {
  const batchSize = 32
  const steps = Math.ceil(count / batchSize)

  test('whatever the number of threads, and however the steps are cut', async () => {
    const model = wideAndDeep()
    const alone = await train(model, createMemory({ shared: false }), batchSize, 784, [steps])
    expect(alone.losses.every(Number.isFinite)).toBe(true)
    expect(await train(model, createMemory({ shared: false }), batchSize, 784, [1, 3, steps - 4])).toEqual(
      alone,
    )
    for (const threads of [1, 2, 3, 4, 8]) {
      const memory = createMemory()
      const runner = await startPool(memory, { threads, cores: 2 })
      const host: Host = { ...memory, runner }
      expect(await train(model, host, batchSize, 784, [2, steps - 2])).toEqual(alone)
      await runner.dispose()
    }
  }, 60_000)

  test('also where kernels are large enough to be split by columns', async () => {
    const model = wideAndDeep({ units: 400, lines: 2, width: 200 })
    const alone = await train(model, createMemory({ shared: false }), batchSize, 400, [steps])
    const memory = createMemory()
    const runner = await startPool(memory, { threads: 3, cores: 2 })
    expect(await train(model, { ...memory, runner }, batchSize, 400, [steps])).toEqual(alone)
    await runner.dispose()
  }, 60_000)
})

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length

test('training learns, and its weights give tfjs the same predictions as compiled inference', async () => {
  const model = wideAndDeep({ units: 8, lines: 4, width: 5 })
  const host = createMemory({ shared: false })
  const steps = Array.from({ length: 13 }, () => 1)
  const trained = await train(model, host, 16, 20, steps)
  const [first, second] = [trained.losses.slice(0, 13), trained.losses.slice(13)]
  expect(mean(second)).toBeLessThan(mean(first) - 0.05)
  model.setWeights(trained.weights.map((values, i) => tf.tensor(values, model.weights[i]?.shape as number[])))
  const program = await compileInference(model, { host })
  const { inputs } = data(20)
  const found = await program.run(inputs, count)
  const x = tf.tensor(
    Float32Array.from(inputs, (v) => v / 255),
    [count, 4, 5],
  )
  const expected = await (model.predict(x) as tf.Tensor).data()
  found.forEach((p, i) => expect(Math.abs(p - (expected[i] as number))).toBeLessThan(1e-6))
  program.dispose()
})

describe('memory', () => {
  test('is given back, and room is used twice', async () => {
    const host = createMemory({ shared: false })
    let held = 0
    const counting: Host = {
      memory: host.memory,
      allocate: (bytes) => (held++, host.allocate(bytes)),
      free: (address) => (held--, host.free(address)),
    }
    await train(wideAndDeep(), counting, 32, 784, [2])
    expect(held).toBe(0)
    const program = await compileTraining(wideAndDeep(), {
      host: counting,
      batchSize: 32,
      seed: 0,
      loss: 'sparseCategoricalCrossentropy',
      optimizer: adam(),
    })
    const { arenaBytes, unsharedBytes, meetings, shards } = program.describe()
    expect(arenaBytes).toBeLessThan(unsharedBytes)
    expect(shards).toBe(8)
    // Two normalisations forward, two back, the weights' gradients, the update.
    expect(meetings).toBe(6)
    program.dispose()
    expect(held).toBe(0)
  })

  test('a failed compilation leaves nothing behind', async () => {
    const host = createMemory({ shared: false })
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv3d({ inputShape: [8, 8, 4, 1], filters: 2, kernelSize: 3 }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 2, activation: 'softmax' }),
      ],
    })
    const size = host.memory.buffer.byteLength
    await expect(
      compileTraining(model, {
        host,
        batchSize: 4,
        seed: 0,
        loss: 'sparseCategoricalCrossentropy',
        optimizer: adam(),
      }),
    ).rejects.toMatchObject({
      code: 'COMPILER_UNSUPPORTED_MODEL',
      layer: model.layers[0]?.name,
      reason: expect.stringContaining('no rule for Conv3D'),
    })
    expect(host.memory.buffer.byteLength).toBe(size)
  })
})

/** A user's own constraint. */
const halved = Object.assign(tfl.constraints.nonNeg(), { getClassName: () => 'Halved' })

describe('refuses, naming layer and reason', () => {
  const cases: [string, (x: Symbol) => Symbol, RegExp][] = [
    ['a layer without a rule', (x) => tfl.layers.masking().apply(x) as Symbol, /no rule for Masking/],
    [
      'a constraint',
      (x) => tfl.layers.dense({ units: 3, kernelConstraint: halved }).apply(x) as Symbol,
      /`kernelConstraint` \(=Halved\) is not supported; MaxNorm, MinMaxNorm, NonNeg and UnitNorm are/,
    ],
    [
      'noise of one shape',
      (x) => tfl.layers.dropout({ rate: 0.5, noiseShape: [1, 4] }).apply(x) as Symbol,
      /`noiseShape` \(=\[1,4\]\) must begin with null/,
    ],
  ]
  test.each(cases)('%s', async (_, layer, reason) => {
    const input = tfl.input({ shape: [3, 4] })
    const made = layer(input)
    const model = tfl.model({
      inputs: input,
      outputs: tfl.layers.dense({ units: 2 }).apply(tfl.layers.flatten().apply(made)) as Symbol,
    })
    const compiling = compileTraining(model, {
      host: createMemory(),
      batchSize: 4,
      seed: 0,
      loss: 'meanSquaredError',
      optimizer: adam(),
    })
    await expect(compiling).rejects.toThrow(reason)
    await expect(compiling).rejects.toThrow(made.sourceLayer.name)
  })

  test('fewer losses than outputs', () => {
    const input = tfl.input({ shape: [4] })
    const outputs = [1, 2].map((units) => tfl.layers.dense({ units }).apply(input) as Symbol)
    const model = tfl.model({ inputs: input, outputs })
    expect(trainingRefusal(model, { loss: 'meanSquaredError' })).toEqual({
      reason: 'it has 2 outputs, and 1 losses were given; one for each is needed',
    })
  })

  test('cross-entropy on a model without its activation', async () => {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [4], units: 2 })] })
    const options = { host: createMemory(), batchSize: 4, seed: 0, optimizer: adam() }
    await expect(compileTraining(model, { ...options, loss: 'binaryCrossentropy' })).rejects.toThrow(
      /final sigmoid/,
    )
    await expect(
      compileTraining(model, { ...options, loss: { loss: 'binaryCrossentropy', fromLogits: true } }),
    ).resolves.toBeDefined()
  })
})
