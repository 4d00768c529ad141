import * as tfl from '@tensorflow/tfjs-layers'
import { createMemory } from '@treadle/kernels'
import { sgd } from '@treadle/optim'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileTraining } from './index.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

const { activation, add, batchNormalization, conv2d, dense, depthwiseConv2d, flatten } = tfl.layers
const { globalAveragePooling2d, maxPooling2d, reLU } = tfl.layers
const same = { kernelSize: 3, padding: 'same', filters: 16, useBias: false } as const

/** What a layer's instructions do in a training step, in order. */
async function planOf(model: tfl.LayersModel, layers: readonly string[]): Promise<string[]> {
  const program = await compileTraining(model, {
    host: createMemory({ shared: false }),
    batchSize: 4,
    seed: 0,
    loss: 'sparseCategoricalCrossentropy',
    optimizer: sgd(),
  })
  const { rows } = program.describe()
  program.dispose()
  return rows
    .filter(({ layer }) => layers.includes(layer))
    .map(({ layer, instruction, layout = '' }) => `${layer} ${instruction} ${layout}`.trim())
}

test('a normalization applies the ReLU after it, and writes where the next convolution reads', async () => {
  const model = tfl.sequential({
    layers: [
      conv2d({ ...same, inputShape: [8, 8, 4] }),
      batchNormalization({ name: 'norm' }),
      activation({ activation: 'relu', name: 'relu' }),
      conv2d({ ...same, name: 'second' }),
      batchNormalization({ name: 'norm-2' }),
      activation({ activation: 'relu', name: 'relu-2' }),
      maxPooling2d({ poolSize: 2, name: 'pool' }),
      conv2d({ ...same, name: 'third' }),
      flatten(),
      dense({ units: 2, activation: 'softmax' }),
    ],
  })
  const plan = await planOf(model, ['norm', 'relu', 'second', 'pool', 'norm-2', 'relu-2'])
  expect(plan.filter((row) => /relu|place/.test(row))).toEqual([])
  expect(plan).toContain('norm normalize x 64×16, y 10×10×16')
  expect(plan).toContain('pool maxPool x 8×8×16, y 6×6×16')
  expect(plan).toContain('norm-2 normalizeBackward x 64×16, dy 64×16, dx 10×10×16')
})

test('a value with two readers is written once without a border, and its ReLU stays an instruction', async () => {
  const input = tfl.input({ shape: [8, 8, 4] })
  const first = conv2d(same).apply(input)
  const normalized = batchNormalization({ name: 'norm' }).apply(first)
  const activated = activation({ activation: 'relu', name: 'relu' }).apply(normalized)
  const second = conv2d(same).apply(activated)
  const sum = add().apply([second, normalized] as tfl.SymbolicTensor[])
  const pooled = globalAveragePooling2d({ dataFormat: 'channelsLast' }).apply(sum)
  const output = dense({ units: 2, activation: 'softmax' }).apply(pooled) as tfl.SymbolicTensor
  const plan = await planOf(tfl.model({ inputs: input, outputs: output }), ['norm', 'relu'])
  expect(plan.map((row) => row.split(' ').slice(0, 2).join(' '))).toEqual([
    'norm batchStatistics',
    'norm normalize',
    'relu activate',
    'relu activateBackward',
    'norm batchGradients',
    'norm normalizeBackward',
  ])
  expect(plan).toContain('norm normalize x 64×16, y 8×8×16')
})

/** A block of two convolutions beside which its input goes on, between two more of its kind. */
function residual(): tfl.LayersModel {
  const input = tfl.input({ shape: [8, 8, 4] })
  const block = (x: tfl.SymbolicTensor, name: string) => {
    const layers = [
      conv2d({ ...same, name: `${name}-conv-1` }),
      batchNormalization({ name: `${name}-norm-1` }),
      activation({ activation: 'relu', name: `${name}-relu-1` }),
      conv2d({ ...same, name: `${name}-conv-2` }),
      batchNormalization({ name: `${name}-norm-2` }),
    ]
    const y = layers.reduce((value, layer) => layer.apply(value) as tfl.SymbolicTensor, x)
    const sum = add({ name: `${name}-add` }).apply([y, x])
    return activation({ activation: 'relu', name: `${name}-relu` }).apply(sum) as tfl.SymbolicTensor
  }
  const first = conv2d(same).apply(input) as tfl.SymbolicTensor
  const blocks = ['a', 'b', 'c'].reduce((x, name) => block(x, name), first)
  const pooled = globalAveragePooling2d({ dataFormat: 'channelsLast' }).apply(blocks)
  const output = dense({ units: 2, activation: 'softmax' }).apply(pooled)
  return tfl.model({ inputs: input, outputs: output as tfl.SymbolicTensor })
}

test('an addition applies the ReLU after it, and writes in the border that the next block needs', async () => {
  const layers = ['b-conv-1', 'b-conv-2', 'b-norm-1', 'b-relu-1', 'b-add', 'b-relu', 'c-conv-1']
  const plan = await planOf(residual(), layers)
  expect(plan.filter((row) => /relu-?1? |place/.test(row))).toEqual([])
  expect(plan).toContain('b-add add a 8×8×16, b 10×10×16, y 10×10×16')
  expect(plan.filter((row) => row.startsWith('b-add reluBackward'))).toHaveLength(1)
})

test('a convolution writes in the border of the next, and its gradient goes back through its ReLU into one', async () => {
  const relu = { ...same, activation: 'relu' } as const
  const model = tfl.sequential({
    layers: [
      conv2d({ ...relu, inputShape: [8, 8, 4] }),
      conv2d({ ...relu, name: 'second' }),
      depthwiseConv2d({ kernelSize: 3, padding: 'same', name: 'third' }),
      reLU({ name: 'relu' }),
      conv2d({ ...relu, name: 'fourth' }),
      flatten(),
      dense({ units: 2, activation: 'softmax' }),
    ],
  })
  const plan = await planOf(model, ['second', 'third', 'relu', 'fourth'])
  expect(plan.filter((row) => /place|activate/.test(row))).toEqual([])
  expect(plan).toContain('second convolve x 10×10×16, y 10×10×16')
  expect(plan).toContain('third depthwise x 10×10×16, y 10×10×16')
  expect(plan).toContain('second reluBackward dy 8×8×16, y 10×10×16, dx 10×10×16')
})
