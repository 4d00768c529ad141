import { fc, test } from '@fast-check/vitest'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { sgd } from '@treadle/optim'
import { Purpose, RandomStream, dropoutMask } from '@treadle/core'
import { afterEach, beforeAll, describe, expect } from 'vitest'
import { dropoutLayers, type LossName } from '@treadle/keras'
import { singleStep } from '../testing/single-step.ts'

/**
 * Random functional graphs. Each is built as a tfjs-layers model for the executors and from tfjs's plain operations,
 * with automatic differentiation of tfjs from the loss to the weights.
 */
beforeAll(async () => {
  await tf.setBackend('cpu')
})
afterEach(() => tf.disposeVariables())

const steps = 3
const width = 4
const rows = 5

type Part =
  | {
      kind: 'dense'
      from: number
      units: number
      activation: 'relu' | 'linear' | 'tanh' | 'sigmoid'
      useBias: boolean
    }
  | { kind: 'normalise'; from: number; scale: boolean; center: boolean }
  | { kind: 'dropout'; from: number; rate: number }
  | { kind: 'activation'; from: number; activation: 'relu' | 'tanh' | 'sigmoid' | 'softmax' }
  | { kind: 'reLU'; from: number }
  | { kind: 'regularize'; from: number; l1: number; l2: number }
  | { kind: 'reshape'; from: number }
  | { kind: 'concatenate' | 'add'; from: number; with: number }
  | { kind: 'dot'; from: number; with: number; axis: 1 | 2; normalize: boolean }

const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({
    kind: fc.constant('dense' as const),
    from: fc.nat(),
    units: fc.integer({ min: 1, max: 5 }),
    activation: fc.constantFrom('relu' as const, 'linear' as const, 'tanh' as const, 'sigmoid' as const),
    useBias: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('normalise' as const),
    from: fc.nat(),
    scale: fc.boolean(),
    center: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('dropout' as const), from: fc.nat(), rate: fc.constantFrom(0.1, 0.3, 0.5) }),
  fc.record({
    kind: fc.constant('activation' as const),
    from: fc.nat(),
    activation: fc.constantFrom('relu' as const, 'tanh' as const, 'sigmoid' as const, 'softmax' as const),
  }),
  fc.record({
    kind: fc.constant('regularize' as const),
    from: fc.nat(),
    l1: fc.constantFrom(0, 0.02),
    l2: fc.constantFrom(0, 0.03),
  }),
  fc.record({ kind: fc.constantFrom('reLU' as const, 'reshape' as const), from: fc.nat() }),
  fc.record({
    kind: fc.constant('dot' as const),
    from: fc.nat(),
    with: fc.nat(),
    axis: fc.constantFrom(1 as const, 2 as const),
    normalize: fc.boolean(),
  }),
  fc.record({
    kind: fc.constantFrom('concatenate' as const, 'add' as const),
    from: fc.nat(),
    with: fc.nat(),
  }),
)

const losses: Record<
  string,
  { loss: LossName; units: number; activation: 'softmax' | 'sigmoid' | 'linear' }
> = {
  sparse: { loss: 'sparseCategoricalCrossentropy', units: 3, activation: 'softmax' },
  dense: { loss: 'categoricalCrossentropy', units: 3, activation: 'softmax' },
  binary: { loss: 'binaryCrossentropy', units: 2, activation: 'sigmoid' },
  squared: { loss: 'meanSquaredError', units: 2, activation: 'linear' },
  'squared of sigmoid': { loss: 'meanSquaredError', units: 2, activation: 'sigmoid' },
}

type Symbol = tfl.SymbolicTensor
/** Batch means and variances by layer. */
type Statistics = Map<Symbol['sourceLayer'], { moving_mean: tf.Tensor; moving_variance: tf.Tensor }>

/** The parts as layers. If the inputs of `add` differ in width, they are concatenated instead. */
function buildModel(
  parts: readonly Part[],
  head: { units: number; activation: 'softmax' | 'sigmoid' | 'linear' },
): tfl.LayersModel {
  const input = tfl.input({ shape: [steps, width] })
  const values: Symbol[] = [input]
  const pick = (index: number) => values[index % values.length] as Symbol
  for (const p of parts) {
    const x = pick(p.from)
    if (p.kind === 'dense') {
      values.push(
        tfl.layers.dense({ units: p.units, activation: p.activation, useBias: p.useBias }).apply(x) as Symbol,
      )
    } else if (p.kind === 'normalise') {
      values.push(tfl.layers.batchNormalization({ scale: p.scale, center: p.center }).apply(x) as Symbol)
    } else if (p.kind === 'dropout') values.push(tfl.layers.dropout({ rate: p.rate }).apply(x) as Symbol)
    else if (p.kind === 'activation')
      values.push(tfl.layers.activation({ activation: p.activation }).apply(x) as Symbol)
    else if (p.kind === 'regularize') values.push(regularized(p).apply(x) as Symbol)
    else if (p.kind === 'reLU') values.push(tfl.layers.reLU().apply(x) as Symbol)
    else if (p.kind === 'reshape') {
      // To a shape with a different last axis, and back.
      const [lines, features] = x.shape.slice(1) as [number, number]
      const turned = tfl.layers.reshape({ targetShape: [features, lines] }).apply(x) as Symbol
      const mixed = tfl.layers.dense({ units: lines }).apply(turned)
      values.push(tfl.layers.reshape({ targetShape: [lines, features] }).apply(mixed) as Symbol)
    } else if (p.kind === 'dot') {
      // Vectors of lengths that cannot be 0, and as many of them as the steps.
      const [a, b] = [x, pick(p.with)].map((one) =>
        tfl.layers.dense({ units: steps, activation: 'sigmoid' }).apply(one),
      )
      const { axis: axes, normalize } = p
      values.push(tfl.layers.dot({ axes, normalize }).apply([a, b] as never) as Symbol)
    } else {
      const other = pick(p.with)
      const merge =
        p.kind === 'add' && other.shape[2] === x.shape[2] ? tfl.layers.add() : tfl.layers.concatenate()
      values.push(merge.apply([x, other]) as Symbol)
    }
  }
  const flat = tfl.layers.flatten().apply(values.at(-1) as Symbol)
  return tfl.model({ inputs: input, outputs: tfl.layers.dense(head).apply(flat) as Symbol })
}

/** A layer with an activity regularizer, as `loadModel` builds it: tfjs cannot call a layer that has one. */
function regularized(factors: { l1: number; l2: number }): tfl.layers.Layer {
  const layer = tfl.layers.activation({ activation: 'linear' })
  const config = layer.getConfig()
  layer.getConfig = () => ({
    ...config,
    activityRegularizer: { className: 'L1L2', config: { l1: factors.l1, l2: factors.l2 } },
  })
  return layer
}

function activated(name: unknown, z: tf.Tensor): tf.Tensor {
  if (name === 'relu') return tf.relu(z)
  if (name === 'tanh') return tf.tanh(z)
  if (name === 'softmax') return tf.softmax(z)
  return name === 'sigmoid' ? tf.sigmoid(z) : z
}

/** The model's logits, computed with plain operations. */
function logits(
  model: tfl.LayersModel,
  x: tf.Tensor,
  masks: readonly Uint8Array[],
  statistics: Statistics,
  regularization: tf.Scalar[],
): tf.Tensor {
  const values = new Map<number, tf.Tensor>([[(model.inputs[0] as Symbol).id, x]])
  const dropouts = dropoutLayers(model)
  const value = (symbol: Symbol): tf.Tensor => {
    const known = values.get(symbol.id)
    if (known) return known
    const layer = symbol.sourceLayer
    const inputs = symbol.inputs.map(value)
    const result = plain(layer, inputs)
    values.set(symbol.id, result)
    return result
  }
  const weight = (layer: Symbol['sourceLayer'], name: string) =>
    layer.weights.find((w) => w.originalName.endsWith(`/${name}`))?.read()
  const plain = (layer: Symbol['sourceLayer'], inputs: tf.Tensor[]): tf.Tensor => {
    const input = inputs[0] as tf.Tensor
    const config = layer.getConfig()
    switch (layer.getClassName()) {
      case 'Dense': {
        const kernel = weight(layer, 'kernel') as tf.Tensor2D
        const flat = tf.reshape<tf.Rank.R2>(input, [-1, kernel.shape[0]])
        const product = tf.matMul(flat, kernel)
        const bias = weight(layer, 'bias')
        const z = tf.reshape(bias ? tf.add(product, bias) : product, [
          ...input.shape.slice(0, -1),
          kernel.shape[1],
        ])
        return layer === model.outputs[0]?.sourceLayer ? z : activated(config['activation'], z)
      }
      case 'BatchNormalization': {
        const { mean, variance } = tf.moments(input, [0, 1])
        for (const tensor of [mean, variance]) tf.keep(tensor)
        statistics.set(layer, { moving_mean: mean, moving_variance: variance })
        const normal = tf.div(tf.sub(input, mean), tf.sqrt(tf.add(variance, 1e-3)))
        const gamma = weight(layer, 'gamma')
        const beta = weight(layer, 'beta')
        const scaled = gamma ? tf.mul(normal, gamma) : normal
        return beta ? tf.add(scaled, beta) : scaled
      }
      case 'Dropout': {
        const mask = masks[dropouts.indexOf(layer)] as Uint8Array
        return tf.div(
          tf.mul(input, tf.tensor(Float32Array.from(mask), input.shape)),
          1 - Number(config['rate']),
        )
      }
      case 'Activation':
        if (config['activityRegularizer'] !== undefined) {
          const { l1, l2 } = (config['activityRegularizer'] as { config: { l1: number; l2: number } }).config
          // The slope of tf.abs is −1 at 0.
          const size = tf.mul(input, tf.sign(input))
          const sum = tf.add(tf.mul(l1, tf.sum(size)), tf.mul(l2, tf.sum(tf.square(input))))
          regularization.push(tf.div<tf.Scalar>(sum, rows))
        }
        return activated(config['activation'], input)
      case 'ReLU':
        return tf.relu(input)
      case 'Reshape':
        return tf.reshape(input, [rows, ...(config['targetShape'] as number[])])
      case 'Concatenate':
        return tf.concat(inputs, -1)
      case 'Add':
        return tf.add(input, inputs[1] as tf.Tensor)
      case 'Dot': {
        const axis = Number(config['axes'])
        const [a, b] = inputs.map((one) =>
          config['normalize'] === true ? tf.div(one, tf.norm(one, 2, axis, true)) : one,
        ) as [tf.Tensor, tf.Tensor]
        return tf.matMul(a, b, axis === 1, axis === 2)
      }
      case 'Flatten':
        return tf.reshape(input, [rows, -1])
    }
    throw new Error(layer.getClassName())
  }
  return value(model.outputs[0] as Symbol)
}

/** Uses logits, since the rounding of logarithms of float32 probabilities exceeds the tolerance. */
function lossOf(name: string, y: tf.Tensor, z: tf.Tensor): tf.Scalar {
  if (name.startsWith('squared'))
    return tf.mean(tf.squaredDifference(y, name === 'squared' ? z : tf.sigmoid(z)))
  if (name === 'binary') {
    return tf.mean(tf.add(tf.sub(tf.relu(z), tf.mul(z, y)), tf.log1p(tf.exp(tf.neg(tf.abs(z))))))
  }
  return tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(z)), -1)))
}

function uniform(count: number, seed: number, stream: number): Float32Array {
  const random = new RandomStream(seed, Purpose.weights, { stream })
  return Float32Array.from({ length: count }, (_, i) => 2 * random.uniform(i) - 1)
}

/** Largest difference relative to the largest value of all arrays, since some gradients are almost 0. */
function difference(found: readonly Float32Array[], expected: readonly Float32Array[]): number {
  const most = Math.max(...expected.map((values) => Math.max(...values.map(Math.abs))))
  return (
    Math.max(
      ...found.flatMap((values, i) => [...values].map((v, j) => Math.abs(v - (expected[i]?.[j] as number)))),
    ) / most
  )
}

const cases = Object.entries(losses).flatMap(([name, head]) =>
  (['compiled', 'eager'] as const).map((executor) => ({ name, executor, ...head })),
)

describe.each(cases)('$name loss, $executor executor', ({ name, executor, loss, ...top }) => {
  test.prop([fc.array(part, { minLength: 1, maxLength: 8 }), fc.nat(0xffff)], { numRuns: 25 })(
    'loss within 1e-5, gradients within 1e-4, batch statistics within 1e-5 of the tape',
    async (parts, seed) => {
      const model = buildModel(parts, top)
      const weights = model.weights.map((w, i) => {
        const values = uniform(w.read().size, seed, i + 10)
        return w.originalName.endsWith('variance') ? values.map((v) => v + 2) : values
      })
      const x = uniform(rows * steps * width, seed, 0)
      const labels = Int32Array.from({ length: rows }, (_, i) => (seed + i) % top.units)
      const soft = uniform(rows * top.units, seed, 1).map((v) => (v + 1) / 2)
      const oneHot = Float32Array.from({ length: rows * top.units }, (_, i) =>
        labels[Math.floor(i / top.units)] === i % top.units ? 1 : 0,
      )
      const y = name === 'sparse' ? labels : name === 'dense' ? oneHot : soft
      const masks = dropoutLayers(model).map((layer, stream) => {
        const shape = (layer.input as Symbol).shape as number[]
        const mask = new Uint8Array(rows * (shape[1] as number) * (shape[2] as number))
        const random = new RandomStream(seed, Purpose.dropout, { epoch: 2, step: 3, stream })
        dropoutMask(random, Number(layer.getConfig()['rate']), mask)
        return mask
      })
      const zeros = model.trainableWeights.map((w) => new Float32Array(w.read().size))
      const result = await singleStep({
        model,
        executor,
        optimizer: sgd({ momentum: 0.9 }),
        loss,
        weights,
        slots: { momentum: zeros },
        t: 0,
        batch: { x, y },
        seedStream: { seed, epoch: 2, step: 3 },
      })

      weights.forEach((values, i) => {
        const variable = model.weights[i]?.read() as tf.Variable
        variable.assign(tf.tensor(values, variable.shape))
      })
      const statistics: Statistics = new Map()
      const variables = model.trainableWeights.map((w) => w.read() as tf.Variable)
      const target = tf.tensor(name === 'sparse' ? oneHot : y, [rows, top.units])
      const { value, grads } = tf.variableGrads(() => {
        const regularization: tf.Scalar[] = []
        const input = tf.tensor(x, [rows, steps, width])
        const own = lossOf(name, target, logits(model, input, masks, statistics, regularization))
        return tf.addN<tf.Scalar>([own, ...regularization])
      }, variables)
      expect(Math.abs(result.loss - (value.dataSync()[0] as number))).toBeLessThan(
        1e-5 * Math.max(1, result.loss),
      )
      const gradients = variables.map(
        ({ name: key, size }) => grads[key]?.dataSync<'float32'>() ?? new Float32Array(size),
      )
      expect(difference(result.gradients, gradients)).toBeLessThan(1e-4)
      for (const [layer, batch] of statistics) {
        for (const [end, tensor] of Object.entries(batch)) {
          const index = model.weights.findIndex(
            (w) => layer.weights.includes(w) && w.originalName.endsWith(end),
          )
          const before = weights[index] as Float32Array
          const expected = tensor.dataSync<'float32'>().map((v, i) => 0.99 * (before[i] as number) + 0.01 * v)
          expect(difference([result.weights[index] as Float32Array], [expected])).toBeLessThan(1e-5)
        }
      }
      tf.dispose([target, value, grads, [...statistics.values()]])
      model.dispose()
    },
  )
})
