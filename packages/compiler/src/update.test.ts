import * as tfl from '@tensorflow/tfjs-layers'
import { Purpose, RandomStream } from '@treadle/core'
import { createMemory } from '@treadle/kernels'
import {
  adagrad,
  adam,
  adamax,
  adamW,
  advanceClock,
  initialSlots,
  lion,
  muon,
  nadam,
  plainUpdate,
  rmsprop,
  sgd,
  startClock,
  type Optimizer,
} from '@treadle/optim'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileTraining } from './training/compile.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 1 })
})
afterAll(() => runtime.dispose())

function uniform(count: number, stream: number): Float32Array {
  const random = new RandomStream(17, Purpose.weights, { stream })
  return Float32Array.from({ length: count }, (_, i) => 2 * random.uniform(i) - 1)
}

const optimizers: Record<string, Optimizer> = {
  sgd: sgd(),
  'sgd with momentum': sgd({ momentum: 0.9 }),
  'sgd by Nesterov': sgd({ momentum: 0.9, nesterov: true }),
  adam: adam({ epsilon: 1e-3 }),
  adamW: adamW({ weightDecay: 0.1 }),
  'sgd, each weight clipped': sgd({ clipnorm: 0.05 }),
  'adam, all clipped together': adam({ globalClipnorm: 0.05 }),
  'adam, elements clipped': adam({ clipvalue: 0.01 }),
  amsgrad: adam({ amsgrad: true, beta2: 0.9 }),
  'adamW, biases excluded': adamW({ weightDecay: 0.5, excludeFromWeightDecay: ['bias'] }),
  'sgd with weight decay': sgd({ momentum: 0.9, weightDecay: 0.5 }),
  rmsprop: rmsprop(),
  'rmsprop, centered, with momentum': rmsprop({ centered: true, momentum: 0.9, weightDecay: 0.1 }),
  adagrad: adagrad({ weightDecay: 0.1 }),
  adamax: adamax({ weightDecay: 0.1 }),
  nadam: nadam({ weightDecay: 0.1 }),
  lion: lion({ weightDecay: 0.1 }),
  'adam, averaged': adam({ useEma: true, emaMomentum: 0.9 }),
  'adam, biases faster': adam({ rateMultipliers: { bias: 8 } }),
  'sgd with decay, a kernel slower': sgd({
    momentum: 0.9,
    weightDecay: 0.5,
    rateMultipliers: { '*/kernel': 0.3, bias: 2 },
  }),
  'lion, averaged, biases still': lion({ useEma: true, weightDecay: 0.1, rateMultipliers: { bias: 0 } }),
  'nadam, biases faster': nadam({ rateMultipliers: { bias: 4 } }),
  muon: muon({ learningRate: 0.02 }),
  'muon without a scale, clipped': muon({
    rmsRate: 0,
    nesterov: false,
    globalClipnorm: 0.05,
    rateMultipliers: { kernel: 0.5 },
  }),
  'muon, a layer by adamW, averaged': muon({
    excludeLayers: ['dense_Dense*'],
    adamWeightDecay: 0.5,
    useEma: true,
  }),
  'adam with lookahead': adam({ lookaheadSteps: 2, lookaheadAlpha: 0.3 }),
  'sgd with lookahead, averaged': sgd({ lookaheadSteps: 3, useEma: true, emaMomentum: 0.8 }),
  'lion, averaged, overwritten': lion({ useEma: true, emaOverwriteFrequency: 2 }),
}

/** Weights end to end, each in its place. */
function join(arrays: readonly Float32Array[]): Float32Array {
  return Float32Array.from(arrays.flatMap((array) => [...array]))
}

test.each(Object.entries(optimizers))(
  '%s: five steps of the program are, bit for bit, the plain update by the same gradients',
  async (_, optimizer) => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.dense({ inputShape: [7], units: 9, activation: 'tanh' }),
        tfl.layers.dense({ units: 3 }),
      ],
    })
    const program = await compileTraining(model, {
      loss: 'meanSquaredError',
      optimizer,
      batchSize: 16,
      seed: 0,
      host: createMemory({ shared: false }),
    })
    const start = model.weights.map(({ shape }, i) => uniform((shape[0] ?? 1) * (shape[1] ?? 1), i))
    program.writeWeights(start)
    const offsets = [0]
    for (const { length } of start) offsets.push((offsets.at(-1) as number) + length)
    const size = offsets.at(-1) as number
    const plain = {
      weights: join(start),
      gradients: new Float32Array(size),
      slots: initialSlots(
        optimizer,
        join(model.weights.map((weight) => weight.read().dataSync<'float32'>())),
      ),
      offsets,
    }
    const update = plainUpdate(
      optimizer,
      model.weights.map(({ originalName, shape }) => ({ name: originalName, shape: shape as number[] })),
    )
    const clock = startClock(optimizer)
    const learningRate = 0.01
    for (let step = 0; step < 5; step++) {
      const scalars = advanceClock(clock, optimizer, learningRate)
      const rows = { inputs: uniform(16 * 7, 10 + step), targets: uniform(16 * 3, 20 + step), count: 16 }
      const { gradients } = await program.trace(rows, { epoch: 0, step, scalars })
      plain.gradients.set(join(gradients))
      update(plain, scalars)
      expect(join(program.readWeights())).toEqual(plain.weights)
      for (const [name, slots] of Object.entries(program.readSlots())) {
        expect(join(slots)).toEqual(plain.slots[name])
      }
    }
    program.dispose()
    model.dispose()
  },
)
