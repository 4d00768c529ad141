import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { Purpose, RandomStream } from '@treadle/core'
import { createMemory } from '@treadle/kernels'
import { normalization } from '@treadle/keras/extensions'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileInference } from './index.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

const { batchNormalization, conv2d, conv2dTranspose, dense, flatten, reLU } = tfl.layers

function uniform(count: number, stream: number): Float32Array {
  const random = new RandomStream(6, Purpose.weights, { stream })
  return Float32Array.from({ length: count }, (_, i) => 2 * random.uniform(i) - 1)
}

test('normalizations after convolutions without ReLU are folded, others are not; the outputs are those of tfjs', async () => {
  const same = { kernelSize: 3, padding: 'same' } as const
  const model = tfl.sequential({
    layers: [
      conv2d({ ...same, filters: 16, useBias: false, inputShape: [7, 6, 1] }),
      batchNormalization({ name: 'folded' }),
      reLU(),
      conv2d({ ...same, filters: 17 }),
      batchNormalization({ name: 'folded-too', scale: false }),
      conv2d({ ...same, filters: 3, activation: 'relu' }),
      batchNormalization({ name: 'after-relu' }),
      conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2 }),
      batchNormalization({ name: 'after-transposed' }),
      reLU(),
      flatten(),
      dense({ units: 4, activation: 'softmax' }),
    ],
  })
  expect(await normalizedBy(model)).toEqual(['after-relu', 'after-transposed'])
})

test('normalizations by known statistics are folded between dense layers; the outputs are those of tfjs', async () => {
  const model = tfl.sequential({
    layers: [
      normalization({ axis: [1, 3], name: 'rows-and-channels', inputShape: [7, 6, 2] }),
      conv2d({ kernelSize: 2, filters: 5, activation: 'relu' }),
      normalization({ axis: null, mean: 0.25, variance: 4, name: 'scalar' }),
      flatten(),
      reLU(),
      normalization({ name: 'after-flatten' }),
      dense({ units: 6, activation: 'tanh' }),
      normalization({
        name: 'inverted',
        mean: [1, 2, 3, 4, 5, 6],
        variance: [6, 5, 4, 3, 2, 0],
        invert: true,
      }),
      dense({ units: 4, activation: 'softmax' }),
    ],
  })
  expect(await normalizedBy(model)).toEqual(['rows-and-channels', 'scalar', 'after-flatten'])
})

/** Compares a compiled model of drawn weights with tfjs. @returns the layers whose normalizations are instructions */
async function normalizedBy(model: tfl.LayersModel): Promise<string[]> {
  model.weights.forEach((weight, i) => {
    const { shape, size } = weight.read()
    const values = uniform(size, i).map((v) => (weight.originalName.endsWith('variance') ? v + 1.5 : v / 2))
    weight.write(tf.tensor(values, shape))
  })
  const count = 9
  const shape = model.inputs[0]?.shape.slice(1) as number[]
  const inputs = uniform(count * tf.util.sizeFromShape(shape), 100)
  const program = await compileInference(model, { host: createMemory({ shared: false }), batchSize: 4 })
  const normalized = program.describe().rows.filter(({ instruction }) => instruction === 'scaleShift')
  const found = await program.run(inputs, count)
  const expected = (model.predict(tf.tensor(inputs, [count, ...shape])) as tf.Tensor).dataSync()
  found.forEach((value, i) => expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-5))
  program.dispose()
  return normalized.map(({ layer }) => layer)
}
