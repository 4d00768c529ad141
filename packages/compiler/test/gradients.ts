import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { createMemory } from '@treadle/kernels'
import { sgd } from '@treadle/optim'
import { dropoutMask, Purpose, RandomStream } from '@treadle/core'
import { startRuntime, type Runtime } from '@treadle/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileTraining, type LossName, type TrainingData, type TrainingProgram } from '../src/index.ts'

type Symbol = tfl.SymbolicTensor
const { layers } = tfl
const rows = 12

/** A layer, or several, on a value of shape [3, 7]. */
export type Middle = (x: Symbol) => Symbol

function uniform(count: number, stream: number): Float32Array {
  const random = new RandomStream(11, Purpose.weights, { stream })
  return Float32Array.from({ length: count }, (_, i) => 2 * random.uniform(i) - 1)
}

const heads: [LossName, 'softmax' | 'sigmoid' | 'linear'][] = [
  ['sparseCategoricalCrossentropy', 'softmax'],
  ['categoricalCrossentropy', 'softmax'],
  ['binaryCrossentropy', 'sigmoid'],
  ['meanSquaredError', 'linear'],
  ['meanAbsoluteError', 'linear'],
]

/** Loss and gradients of one batch, from weights in `model.weights` order. */
interface Case {
  readonly model: tfl.LayersModel
  readonly program: TrainingProgram
  readonly weights: readonly Float32Array[]
  readonly data: TrainingData & { readonly weights: Float32Array }
  readonly trace: (values: readonly Float32Array[]) => Promise<{ loss: number; gradients: Float32Array[] }>
}

async function prepare(
  middle: Middle,
  loss: LossName,
  activation: 'softmax' | 'sigmoid' | 'linear',
): Promise<Case> {
  const input = tfl.input({ shape: [3, 6] })
  const regularized = { kernelRegularizer: tfl.regularizers.l2({ l2: 0.01 }) }
  const first = layers.dense({ units: 7, activation: 'tanh', ...regularized }).apply(input) as Symbol
  const x = middle(first)
  const flat = x.shape.length > 2 ? (layers.flatten().apply(x) as Symbol) : x
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
    // Small enough that no sigmoid is 1 in float32: tfjs takes the logarithm of what is left.
    return values.map((v) => (originalName.includes('variance') ? 1.5 + v : v / 2))
  })
  const targets =
    loss === 'sparseCategoricalCrossentropy'
      ? Int32Array.from({ length: rows }, (_, i) => i % 3)
      : loss === 'categoricalCrossentropy'
        ? Float32Array.from({ length: rows * 3 }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 1 : 0))
        : uniform(rows * 3, 900).map((v) => (v > 0 ? 1 : 0))
  const data = {
    inputs: uniform(rows * 18, 901),
    targets,
    weights: uniform(rows, 902).map((v) => v + 1.5),
    count: rows,
  }
  const trace = async (values: readonly Float32Array[]) => {
    program.writeWeights(values)
    return program.trace(data, { ...position, scalars: [0, 0] })
  }
  return { model, program, weights, data, trace }
}

const position = { epoch: 1, step: 2 }

/**
 * Declares tests of layers, by name: each is put between dense layers, so that it has a gradient to pass on, and below
 * each loss of `below`. The gradients of those in `untaped` are compared with differences only, because tfjs cannot
 * compute them.
 */
export function describeGradients(
  middles: Readonly<Record<string, Middle>>,
  {
    below = heads.map(([loss]) => loss),
    untaped = [],
  }: { below?: readonly LossName[]; untaped?: readonly string[] },
): void {
  let runtime: Runtime
  beforeAll(async () => {
    runtime = await startRuntime({ threads: 1 })
  })
  afterAll(() => runtime.dispose())
  const chosen = heads.filter(([loss]) => below.includes(loss))

  describe.each(Object.entries(middles))('%s', (name, middle) => {
    // The absolute error has kinks, at which differences say nothing: the tape checks it.
    test.each(chosen.filter(([loss]) => loss !== 'meanAbsoluteError'))(
      'below %s (%s): along its gradient and along others the loss changes as finite differences say, to 1e-2',
      async (loss, activation) => {
        const { model, program, weights, trace } = await prepare(middle, loss, activation)
        const { gradients } = await trace(weights)
        const size = norm(gradients)
        expect(size).toBeGreaterThan(0)
        const random = [1, 2, 3].map((i) => gradients.map(({ length }, j) => uniform(length, 1000 * i + j)))
        for (const direction of [gradients, ...random]) {
          const unit = norm(direction)
          const moved = (distance: number) =>
            weights.map((values, i) => {
              const index = model.trainableWeights.findIndex(({ id }) => id === model.weights[i]?.id)
              const d = direction[index]
              return d ? values.map((v, j) => v + (distance * (d[j] as number)) / unit) : values
            })
          // Small enough for the kinks of ReLU and the bend of the rest, large enough for float32.
          const step = 2e-3
          const slope = ((await trace(moved(step))).loss - (await trace(moved(-step))).loss) / (2 * step)
          expect(Math.abs(slope - dot(gradients, direction) / unit)).toBeLessThan(0.01 * size)
        }
        program.dispose()
      },
    )

    if (untaped.includes(name)) return

    test.each(chosen)(
      "below %s (%s): loss to 1e-5 and gradients to 1e-4 are those of tfjs's layers and tape",
      async (loss, activation) => {
        const { model, program, weights, data, trace } = await prepare(middle, loss, activation)
        const found = await trace(weights)
        weights.forEach((values, i) => {
          const variable = model.weights[i]?.read() as tf.Variable
          variable.assign(tf.tensor(values, variable.shape))
        })
        drawAlike(model)
        const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable)
        const { value, grads } = tf.variableGrads(() => {
          const x = tf.tensor(data.inputs, [rows, 3, 6])
          const outputs = model.apply(x, { training: true }) as tf.Tensor2D
          const losses = lossOfRows(loss, data.targets, outputs)
          const mean = tf.div(tf.sum(tf.mul(losses, tf.tensor1d(data.weights))), rows)
          const kernel = variables[0] as tf.Variable
          return tf.add<tf.Scalar>(mean, tf.mul(0.01, tf.sum(tf.square(kernel))))
        }, variables)
        expect(Math.abs(found.loss / (value.dataSync()[0] as number) - 1)).toBeLessThan(1e-5)
        const expected = variables.map(({ name: key }) => grads[key]?.dataSync<'float32'>() as Float32Array)
        const most = Math.max(...expected.flatMap((values) => [...values].map(Math.abs)))
        expected.forEach((values, i) =>
          values.forEach((v, j) =>
            expect(Math.abs(v - (found.gradients[i]?.[j] as number))).toBeLessThan(1e-4 * most),
          ),
        )
        program.dispose()
        tf.dispose([value, grads])
      },
    )
  })
}

function dot(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  return a.reduce((sum, values, i) => sum + values.reduce((s, v, j) => s + v * (b[i]?.[j] as number), 0), 0)
}

function norm(arrays: readonly Float32Array[]): number {
  return Math.sqrt(dot(arrays, arrays))
}

/** Lets tfjs's dropout layers take the program's masks. */
function drawAlike(model: tfl.LayersModel): void {
  const dropouts = model.layers.filter((layer) => layer.getClassName() === 'Dropout')
  dropouts.forEach((layer, stream) => {
    const rate = layer.getConfig()['rate'] as number
    layer.call = (inputs) => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor
      const mask = new Uint8Array(x.size)
      dropoutMask(new RandomStream(4, Purpose.dropout, { ...position, stream }), rate, mask)
      return tf.mul(x, tf.div(tf.tensor(Float32Array.from(mask), x.shape), 1 - rate))
    }
  })
}

/** The loss of each row of outputs [rows, 3], shape [rows]. */
function lossOfRows(loss: LossName, targets: TrainingData['targets'], outputs: tf.Tensor2D): tf.Tensor {
  const y =
    loss === 'sparseCategoricalCrossentropy'
      ? tf.oneHot(tf.tensor1d(targets as Int32Array, 'int32'), 3)
      : tf.tensor2d(targets as Float32Array, [rows, 3])
  if (loss === 'meanSquaredError') return tf.mean(tf.squaredDifference(y, outputs), -1)
  if (loss === 'meanAbsoluteError') return tf.mean(tf.abs(tf.sub(outputs, y)), -1)
  const likely = tf.mul(y, tf.log(outputs))
  if (loss !== 'binaryCrossentropy') return tf.neg(tf.sum(likely, -1))
  return tf.neg(tf.mean(tf.add(likely, tf.mul(tf.sub(1, y), tf.log(tf.sub(1, outputs)))), -1))
}
