import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { Purpose, RandomStream } from '@treadle/core'
import { createMemory } from '@treadle/kernels'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileInference } from './index.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

const { batchNormalization, concatenate, conv2d, dense, depthwiseConv2d, flatten, reLU } = tfl.layers

function uniform(count: number, stream: number): Float32Array {
  const random = new RandomStream(7, Purpose.weights, { stream })
  return Float32Array.from({ length: count }, (_, i) => 2 * random.uniform(i) - 1)
}

const after = (x: tfl.SymbolicTensor, ...layers: tfl.layers.Layer[]) =>
  layers.reduce((value, layer) => layer.apply(value) as tfl.SymbolicTensor, x)

/** Seven ReLUs: one reads what a concatenation reads too, and one what the model also returns. */
function network(relu: () => tfl.layers.Layer): tfl.LayersModel {
  const same = { kernelSize: 3, padding: 'same' } as const
  const input = tfl.input({ shape: [6, 5, 3] })
  const normalized = after(input, conv2d({ ...same, filters: 17 }), batchNormalization(), relu())
  const deep = after(normalized, depthwiseConv2d(same), relu())
  const shared = after(normalized, conv2d({ ...same, filters: 4, activation: 'linear' }))
  const joined = concatenate().apply([shared, after(shared, relu()), deep]) as tfl.SymbolicTensor
  const returned = after(joined, flatten(), dense({ units: 9 }))
  const last = after(returned, relu(), dense({ units: 8 }), relu(), dense({ units: 3 }), relu())
  const both = concatenate().apply([last, after(input, flatten(), dense({ units: 2 }), relu())])
  return tfl.model({ inputs: input, outputs: [returned, both as tfl.SymbolicTensor] })
}

/** The outputs, and how many passes are activations. */
async function run(relu: () => tfl.layers.Layer) {
  const model = network(relu)
  model.weights.forEach((weight, i) => {
    const { shape, size } = weight.read()
    const values = uniform(size, i).map((v) => (weight.originalName.endsWith('variance') ? v + 1.5 : v))
    weight.write(tf.tensor(values, shape))
  })
  const program = await compileInference(model, { host: createMemory({ shared: false }), batchSize: 4 })
  const { rows } = program.describe()
  const outputs = await program.runAll([uniform(5 * 90, 100)], 5)
  program.dispose()
  model.dispose()
  return { passes: rows.filter(({ instruction }) => instruction === 'activate').length, outputs }
}

test('a ReLU that alone reads its input is applied where the input is made, to the same bits', async () => {
  const fused = await run(() => reLU())
  // The same function, of another kind.
  const separate = await run(() => reLU({ maxValue: 3e38 }))
  expect([fused.passes, separate.passes]).toEqual([2, 7])
  expect(fused.outputs).toEqual(separate.outputs)
  expect(fused.outputs.flatMap((values) => [...values]).some((value) => value > 0)).toBe(true)
})
