import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { sgd } from '@treadle/optim'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import fixture from '../../test/fixtures/keras-constraints.json' with { type: 'json' }
import { kerasValues as values } from '../testing/keras-values.ts'
import { singleStep } from '../testing/single-step.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})
afterEach(() => tf.disposeVariables())

const ROWS = 6
const { constraints, layers } = tfl
type Axis = number | number[]
type Constraint = ReturnType<typeof constraints.nonNeg>

/** tfjs takes a list of axes, which its types leave out. */
const makers: Record<Exclude<keyof typeof fixture, 'keras'>, (axis: Axis) => Constraint> = {
  maxNorm: (axis) => constraints.maxNorm({ maxValue: 0.8, axis: axis as number }),
  unitNorm: (axis) => constraints.unitNorm({ axis: axis as number }),
  nonNeg: () => constraints.nonNeg(),
  minMaxNorm: (axis) =>
    constraints.minMaxNorm({ minValue: 0.6, maxValue: 0.9, rate: 0.7, axis: axis as number }),
}
const cases = Object.entries(makers) as [keyof typeof makers, (axis: Axis) => Constraint][]

/** The network of scripts/constraints.py. */
function network(constraint: (axis: Axis) => Constraint): tfl.Sequential {
  const bias = { biasConstraint: constraint(0) }
  return tfl.sequential({
    layers: [
      layers.conv2d({
        inputShape: [6, 6, 2],
        filters: 3,
        kernelSize: 3,
        activation: 'tanh',
        kernelConstraint: constraint([0, 1, 2]),
        ...bias,
      }),
      layers.batchNormalization({ gammaConstraint: constraint(0), betaConstraint: constraint(0) }),
      layers.depthwiseConv2d({ kernelSize: 2, depthwiseConstraint: constraint([0, 1]), ...bias }),
      layers.flatten(),
      layers.dense({ units: 4, activation: 'tanh', kernelConstraint: constraint(0), ...bias }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  })
}

/** The first weights in Keras's order; the moving variance is positive. */
function initialWeights(model: tfl.LayersModel): Map<string, Float32Array> {
  const order = model.layers.flatMap((layer) => layer.weights)
  return new Map(
    order.map(({ name, originalName, shape }, i) => {
      const own = values(
        shape.reduce<number>((a, b) => a * (b as number), 1),
        i + 1,
      )
      return [name, originalName.endsWith('variance') ? own.map((v) => v + 2) : own]
    }),
  )
}

describe.each(cases)('%s on kernels, biases, gamma and beta', (name, make) => {
  const { losses, states } = fixture[name]

  test.each(['compiled', 'eager'] as const)(
    '%s: eight steps have the losses and weights of Keras 3.15',
    async (executor) => {
      const model = network(make)
      const all = new Float32Array(Uint8Array.from(atob(states), (c) => c.codePointAt(0) as number).buffer)
      const initial = initialWeights(model)
      const total = all.length / losses.length
      let weights: readonly Float32Array[] = model.weights.map(
        (weight) => initial.get(weight.name) as Float32Array,
      )
      let slots: Readonly<Record<string, readonly Float32Array[]>> = {
        momentum: model.trainableWeights.map(
          ({ shape }) => new Float32Array(tf.util.sizeFromShape(shape as number[])),
        ),
      }
      for (const [step, expected] of losses.entries()) {
        const found = await singleStep({
          model,
          executor,
          optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
          loss: 'categoricalCrossentropy',
          weights,
          slots,
          t: step,
          batch: {
            x: values(ROWS * 72, 1000 + step),
            y: Float32Array.from({ length: 3 * ROWS }, (_, i) =>
              Number((Math.floor(i / 3) + step) % 3 === i % 3),
            ),
          },
        })
        expect(Math.abs(found.loss - expected)).toBeLessThan(1e-5)
        ;({ weights, slots } = found)
        const byName = new Map(model.weights.map((weight, i) => [weight.name, weights[i] as Float32Array]))
        let from = step * total
        for (const weight of initial.keys()) {
          for (const value of byName.get(weight) as Float32Array)
            expect(Math.abs(value - (all[from++] as number)), `${weight}, step ${step}`).toBeLessThan(1e-5)
        }
      }
    },
  )
})
