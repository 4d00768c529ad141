import * as tfl from '@tensorflow/tfjs-layers'
import { createMemory } from '@treadle/kernels'
import { Purpose, RandomStream } from '@treadle/core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileTraining, sgd, type LossName } from './index.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

type Symbol = tfl.SymbolicTensor
const { layers } = tfl
const rows = 12

/** A layer of each kind between two dense ones, so that it has a gradient to hand on. */
const middles: Record<string, (x: Symbol) => Symbol> = {
  dense: (x) => layers.dense({ units: 5, useBias: false }).apply(x) as Symbol,
  'dense by outputs': (x) =>
    layers.dense({ units: 2, activation: 'tanh' }).apply(layers.dense({ units: 130 }).apply(x)) as Symbol,
  relu: (x) => layers.activation({ activation: 'relu' }).apply(x) as Symbol,
  sigmoid: (x) => layers.activation({ activation: 'sigmoid' }).apply(x) as Symbol,
  tanh: (x) => layers.activation({ activation: 'tanh' }).apply(x) as Symbol,
  softmax: (x) => layers.softmax({ axis: -1 }).apply(x) as Symbol,
  normalisation: (x) => layers.batchNormalization().apply(x) as Symbol,
  'normalisation without γ and β': (x) =>
    layers.batchNormalization({ scale: false, center: false }).apply(x) as Symbol,
  'normalisation of a flattened value': (x) =>
    layers.batchNormalization().apply(layers.flatten().apply(x)) as Symbol,
  dropout: (x) => layers.dropout({ rate: 0.4 }).apply(x) as Symbol,
  concatenation: (x) =>
    layers
      .concatenate()
      .apply([x, layers.dense({ units: 3 }).apply(x) as Symbol, layers.reLU().apply(x) as Symbol]) as Symbol,
  'dropout of a concatenation': (x) =>
    layers
      .dropout({ rate: 0.3 })
      .apply(layers.concatenate().apply([layers.reLU().apply(x) as Symbol, x])) as Symbol,
  sum: (x) =>
    layers.add().apply([x, layers.activation({ activation: 'tanh' }).apply(x) as Symbol, x]) as Symbol,
  reshape: (x) =>
    layers.dense({ units: 4 }).apply(layers.reshape({ targetShape: [7, 3] }).apply(x)) as Symbol,
}

function uniform(count: number, stream: number): Float32Array {
  const random = new RandomStream(11, Purpose.weights, { stream })
  return Float32Array.from({ length: count }, (_, i) => 2 * random.uniform(i) - 1)
}

const heads: [LossName, 'softmax' | 'sigmoid' | 'linear'][] = [
  ['sparseCategoricalCrossentropy', 'softmax'],
  ['binaryCrossentropy', 'sigmoid'],
  ['meanSquaredError', 'linear'],
]

test.each(
  Object.keys(middles).flatMap((name) =>
    heads.map(([loss, activation]) => [name, loss, activation] as const),
  ),
)(
  '%s below %s (%s): along its gradient the loss changes as finite differences say, to 1e-2',
  async (name, loss, activation) => {
    const input = tfl.input({ shape: [3, 6] })
    const regularized = { kernelRegularizer: tfl.regularizers.l2({ l2: 0.01 }) }
    const first = layers.dense({ units: 7, activation: 'tanh', ...regularized }).apply(input) as Symbol
    const middle = (middles[name] as (x: Symbol) => Symbol)(first)
    const flat = middle.shape.length > 2 ? (layers.flatten().apply(middle) as Symbol) : middle
    const model = tfl.model({
      inputs: input,
      outputs: layers.dense({ units: 3, activation }).apply(flat) as Symbol,
    })
    const program = await compileTraining(model, {
      host: createMemory({ shared: false }),
      batchSize: 16,
      seed: 4,
      loss,
      optimizer: sgd(),
    })
    const weights = model.weights.map(({ shape, originalName }, i) => {
      const values = uniform(
        shape.reduce<number>((a, b) => a * (b ?? 1), 1),
        i,
      )
      return originalName.includes('variance') ? values.map((v) => 1.5 + v) : values
    })
    const targets =
      loss === 'sparseCategoricalCrossentropy'
        ? Int32Array.from({ length: rows }, (_, i) => i % 3)
        : uniform(rows * 3, 900).map((v) => (v > 0 ? 1 : 0))
    const data = {
      inputs: uniform(rows * 18, 901),
      targets,
      weights: uniform(rows, 902).map((v) => v + 1.5),
      count: rows,
    }
    const at = { epoch: 1, step: 2, learningRate: 0, stepSize: 0 }
    const trace = async (values: readonly Float32Array[]) => {
      program.writeWeights(values)
      return program.trace(data, at)
    }
    const { gradients } = await trace(weights)
    const square = gradients.reduce((sum, g) => sum + g.reduce((a, v) => a + v * v, 0), 0)
    expect(square).toBeGreaterThan(0)
    const moved = (distance: number) =>
      weights.map((values, i) => {
        const index = model.trainableWeights.findIndex(({ id }) => id === model.weights[i]?.id)
        const g = gradients[index]
        return g ? values.map((v, j) => v + (distance * (g[j] as number)) / Math.sqrt(square)) : values
      })
    // Small enough for the kinks of ReLU and the bend of the rest, large enough for float32.
    const step = 2e-3
    const slope = ((await trace(moved(step))).loss - (await trace(moved(-step))).loss) / (2 * step)
    expect(Math.abs(slope - Math.sqrt(square))).toBeLessThan(0.01 * Math.sqrt(square))
    program.dispose()
  },
)
