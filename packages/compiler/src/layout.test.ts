import * as tfl from '@tensorflow/tfjs-layers'
import { Purpose, RandomStream } from '@treadle/core'
import { createMemory } from '@treadle/kernels'
import { adam, advanceClock, startClock } from '@treadle/optim'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileInference, compileTraining } from './index.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

const { batchNormalization, dense, dropout, flatten } = tfl.layers

const initial = (seed: number) => ({ kernelInitializer: tfl.initializers.glorotUniform({ seed }) })

/** The baseline's kind of network on images of `inputShape`, with the same weights for every shape. */
function network(inputShape: number[]) {
  return tfl.sequential({
    layers: [
      dropout({ rate: 0.1, inputShape }),
      flatten(),
      dense({ units: 20, activation: 'relu', ...initial(1) }),
      batchNormalization(),
      dense({ units: 4, activation: 'softmax', ...initial(2) }),
    ],
  })
}

const random = new RandomStream(8, Purpose.weights)
const count = 40
const inputs = Uint8Array.from({ length: count * 28 * 28 }, (_, i) => 256 * random.uniform(i))
const targets = Int32Array.from({ length: count }, (_, i) => i % 4)

async function trained(inputShape: number[]) {
  const host = createMemory({ shared: false })
  const options = { host, batchSize: 16, seed: 2, optimizer: adam() }
  const training = await compileTraining(network(inputShape), {
    ...options,
    loss: 'sparseCategoricalCrossentropy',
  })
  training.bind({ inputs, targets, count })
  const row = advanceClock(startClock(options.optimizer), options.optimizer, 0.01)
  const scalars = Float32Array.from([row, row, row].flat())
  await training.run({ epoch: 0, firstStep: 0, steps: 3, scalars })
  const { flops, arenaBytes } = training.describe()
  const weights = training.readWeights().map((values) => [...values])
  const inference = await compileInference(network(inputShape), { host })
  const outputs = await inference.run(inputs, count)
  return { weights, flops, arenaBytes, outputs: [...outputs], inference: inference.describe().flops }
}

test.each([[[28, 28, 1]], [[28, 28, 1, 1]]])(
  'a dense network on images of shape %j costs what it costs on [28, 28], to the same bits',
  async (inputShape) => {
    expect(await trained(inputShape)).toEqual(await trained([28, 28]))
  },
)
