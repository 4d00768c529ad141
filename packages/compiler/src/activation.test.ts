import { serialization } from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { registerExtensions } from '@treadle/keras/extensions'
import {
  activationKinds,
  compileKernels,
  createMemory,
  instantiateKernels,
  sequenceBytes,
  setSequence,
  writeSequence,
  type Instruction,
} from '@treadle/kernels'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeGradients, type Middle } from '../test/gradients.ts'
import keras from '../test/fixtures/activations.json' with { type: 'json' }
import { activationFunctions, type ActivationFunction } from './activation-functions.ts'
import { compileInference } from './index.ts'

const { layers } = tfl
const x = Float32Array.from(keras.points)

/** Runs `activate` and `activateBackward` with a gradient of ones. */
async function run({ kind, alpha = 0, beta = 0, gamma = 0 }: ActivationFunction) {
  const { memory, allocate } = createMemory({ shared: false })
  const kernels = await instantiateKernels(await compileKernels({ shared: false }), memory)
  const width = x.length
  const row = 4 * Math.ceil(width / 4) * 4
  const [from, y, dy, dx] = [1, 2, 3, 4].map(() => allocate(row)) as [number, number, number, number]
  const floats = (address: number) => new Float32Array(memory.buffer, address, width)
  floats(from).set(x)
  floats(dy).fill(1)
  const common = { kind: activationKinds[kind], alpha, beta, gamma, width, lines: 1, accumulate: 0 }
  const value = activationKinds[kind] > activationKinds.tanh ? from : y
  const instructions: Instruction[] = [
    { name: 'activate', operands: { ...common, x: from, xRow: row, y, yRow: row } },
    {
      name: 'activateBackward',
      operands: { ...common, value, valueRow: row, dy, dyRow: row, dx, dxRow: row },
    },
  ]
  const steps = { phases: [{ serial: false, meet: true, instructions }], shards: 1, batchSize: 1 }
  const sequence = allocate(sequenceBytes(steps))
  writeSequence(memory, sequence, steps)
  setSequence(memory, sequence, { sampleCount: 1, results: allocate(64) })
  kernels.run(sequence, 0, 1, 0, 1)
  return { y: floats(y), slopes: floats(dx) }
}

/** Largest difference of `found` relative to what is expected, or to `least`. */
function worst(found: ArrayLike<number>, expected: readonly number[], least = 1e-2): number {
  return Math.max(
    ...expected.map((e, i) => Math.abs((found[i] as number) - e) / Math.max(least, Math.abs(e))),
  )
}

describe("activations have Keras's values and slopes (float64) to 1e-6", () => {
  const known = Object.entries(keras.functions)
  test.each(known)('%s', async (name, { y, slope }) => {
    const found = await run(activationFunctions[name] as ActivationFunction)
    expect(worst(found.y, y)).toBeLessThan(1e-6)
    expect(worst(found.slopes, slope, 0.5)).toBeLessThan(1e-6)
  })

  test('every function but the hard sigmoid of Keras 2 is compared', () => {
    const others = Object.keys(activationFunctions).filter((name) => !Object.hasOwn(keras.functions, name))
    expect(others).toEqual(['hardSigmoid'])
  })
})

/** What inference gives for a model of that layer alone. */
async function outputs(layer: tfl.layers.Layer, shape: number[], values = x): Promise<Float32Array> {
  const input = tfl.input({ shape })
  const model = tfl.model({ inputs: input, outputs: layer.apply(input) as tfl.SymbolicTensor })
  const program = await compileInference(model, { host: createMemory({ shared: false }) })
  const found = await program.run(values, 1)
  program.dispose()
  model.dispose()
  return found
}

/** Classes that complete tfjs's where it lacks a setting. */
function complete(className: string, args: object): tfl.layers.Layer {
  const { classNameMap } = serialization.SerializationMap.getMap()
  const type = classNameMap[`Complete${className}`]?.[0] as unknown as new (args: object) => tfl.layers.Layer
  return new type({ name: 'one', ...args })
}

describe('models with activations', () => {
  let runtime: Runtime
  beforeAll(async () => {
    runtime = await startRuntime({ threads: 1 })
    registerExtensions(['CompleteELU', 'CompleteReLU', 'hardSilu', 'hardSigmoidKeras3'])
  })
  afterAll(() => runtime.dispose())

  test.each(keras.layers)("layer $className with $args has Keras's values (float64) to 1e-6", async (one) => {
    const layer =
      one.className === 'LeakyReLU' ? layers.leakyReLU(one.args) : complete(one.className, one.args)
    expect(worst(await outputs(layer, [x.length]), one.y)).toBeLessThan(1e-6)
  })

  test('ThresholdedReLU is 0 at its threshold', async () => {
    const values = Float32Array.of(-1, 0.5, 1, 1.5)
    const layer = layers.thresholdedReLU({ theta: 0.5 })
    expect([...(await outputs(layer, [4], values))]).toEqual([0, 0, 1, 1.5])
  })

  test("log-softmax has Keras's values to 1e-6", async () => {
    const layer = layers.activation({ activation: 'logSoftmax' as 'softmax' })
    const found = await outputs(layer, [x.length / 4, 4], x.slice(0, 4 * Math.floor(x.length / 4)))
    expect(worst(found, keras.logSoftmax)).toBeLessThan(1e-6)
  })
})

type Symbol = tfl.SymbolicTensor

/** Those that are smooth or have kinks alone: across a jump finite differences say nothing. */
const names = [
  'elu',
  'selu',
  'relu6',
  'hardSigmoid',
  'gelu',
  'gelu_new',
  'swish',
  'mish',
  'softplus',
  'softsign',
]

const middles: Record<string, Middle> = {
  ...Object.fromEntries(
    names.map((activation): [string, Middle] => [
      activation,
      (value) => layers.dense({ units: 5, activation: activation as 'elu' }).apply(value) as Symbol,
    ]),
  ),
  'an activation of a map that another layer reads too': (value) => {
    const map = layers.reshape({ targetShape: [3, 7, 1] }).apply(value) as Symbol
    const wide = layers.conv2d({ filters: 5, kernelSize: 2, activation: 'swish' }).apply(map) as Symbol
    return layers.add().apply([wide, layers.leakyReLU({ alpha: 0.2 }).apply(wide) as Symbol]) as Symbol
  },
  'log-softmax': (value) =>
    layers.activation({ activation: 'logSoftmax' as 'softmax' }).apply(value) as Symbol,
  PReLU: (value) => layers.prelu({ alphaInitializer: 'ones' }).apply(value) as Symbol,
  'PReLU with factors for each channel': (value) => {
    const map = layers.reshape({ targetShape: [3, 7, 1] }).apply(value) as Symbol
    const wide = layers.conv2d({ filters: 5, kernelSize: 2 }).apply(map) as Symbol
    return layers.prelu({ sharedAxes: [1, 2] }).apply(wide) as Symbol
  },
  'PReLU with factors for each row': (value) => layers.prelu({ sharedAxes: [2] }).apply(value) as Symbol,
}

describeGradients(middles, {
  below: ['meanSquaredError'],
  untaped: ['PReLU with factors for each channel', 'PReLU with factors for each row'],
})
