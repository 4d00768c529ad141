import { fc, test } from '@fast-check/vitest'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { compileInference } from '@treadle/compiler'
import { adam, adamW, sgd, slotNames, type Optimizer } from '@treadle/optim'
import { createMemory } from '@treadle/kernels'
import { Purpose, RandomStream } from '@treadle/core'
import { wideAndDeepClassifier } from '@treadle/model'
import { afterEach, beforeAll, describe, expect } from 'vitest'
import { type LossName, losses } from '@treadle/keras'
import { singleStep } from '../testing/single-step.ts'
import type { ExecutorState } from './executor.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})
afterEach(() => tf.disposeVariables())

type Symbol = tfl.SymbolicTensor
type Layer = Symbol['sourceLayer']

/** One more layer on existing values. */
interface Part {
  readonly kind:
    | 'dense'
    | 'normalise'
    | 'dropout'
    | 'activation'
    | 'reLU'
    | 'concatenate'
    | 'add'
    | 'flatten'
    | 'reshape'
    | 'nested'
  readonly from: number
  readonly with: number
  readonly units: number
  readonly activation: 'relu' | 'linear' | 'tanh' | 'sigmoid' | 'softmax'
  readonly flag: boolean
  readonly frozen: boolean
  readonly factor: number
}

const part: fc.Arbitrary<Part> = fc.record({
  kind: fc.constantFrom(
    'dense',
    'dense',
    'dense',
    'normalise',
    'normalise',
    'dropout',
    'activation',
    'reLU',
    'concatenate',
    'concatenate',
    'add',
    'flatten',
    'reshape',
    'nested',
  ),
  from: fc.nat(20),
  with: fc.nat(20),
  units: fc.integer({ min: 1, max: 37 }),
  activation: fc.constantFrom('relu', 'relu', 'linear', 'tanh', 'sigmoid', 'softmax'),
  flag: fc.boolean(),
  frozen: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  factor: fc.constantFrom(0, 0, 0, 0.01),
})

interface ModelHead {
  readonly loss: LossName
  readonly units: number
  readonly activation: 'softmax' | 'sigmoid' | 'linear'
}

const heads: Record<string, ModelHead> = {
  sparse: { loss: 'sparseCategoricalCrossentropy', units: 10, activation: 'softmax' },
  'sparse of logits': { loss: 'sparseCategoricalCrossentropy', units: 4, activation: 'linear' },
  'categorical of logits': { loss: 'categoricalCrossentropy', units: 6, activation: 'linear' },
  'binary of logits': { loss: 'binaryCrossentropy', units: 3, activation: 'linear' },
  categorical: { loss: 'categoricalCrossentropy', units: 3, activation: 'softmax' },
  binary: { loss: 'binaryCrossentropy', units: 2, activation: 'sigmoid' },
  squared: { loss: 'meanSquaredError', units: 1, activation: 'linear' },
  'squared of sigmoid': { loss: 'meanSquaredError', units: 2, activation: 'sigmoid' },
  'squared of softmax': { loss: 'meanSquaredError', units: 5, activation: 'softmax' },
  absolute: { loss: 'meanAbsoluteError', units: 2, activation: 'linear' },
}

const optimizers: Record<string, Optimizer> = {
  adam: adam(),
  'adam, clipped together': adam({ globalClipnorm: 0.01 }),
  'adamW, clipped': adamW({ clipnorm: 0.01 }),
  sgd: sgd(),
  'sgd with momentum': sgd({ momentum: 0.9, nesterov: true }),
}

function applied(layer: Layer, frozen: boolean, inputs: Symbol | Symbol[]): Symbol {
  if (frozen) layer.trainable = false
  return layer.apply(inputs) as Symbol
}

function extend(p: Part, x: Symbol, other: Symbol): Symbol {
  const l2 = p.factor ? { kernelRegularizer: tfl.regularizers.l1l2({ l1: p.factor, l2: p.factor }) } : {}
  switch (p.kind) {
    case 'dense':
      return applied(
        tfl.layers.dense({ units: p.units, activation: p.activation, useBias: p.flag, ...l2 }),
        p.frozen,
        x,
      )
    case 'normalise':
      // tfjs cannot differentiate fixed statistics without gamma or beta.
      return applied(
        tfl.layers.batchNormalization({ scale: p.frozen || p.flag, center: p.frozen || p.units % 2 === 0 }),
        p.frozen,
        x,
      )
    case 'dropout':
      return tfl.layers.dropout({ rate: p.flag ? 0.5 : 0.2 }).apply(x) as Symbol
    case 'activation':
      return tfl.layers.activation({ activation: p.activation }).apply(x) as Symbol
    case 'reLU':
      return tfl.layers.reLU().apply(x) as Symbol
    case 'flatten':
      return x.shape.length > 2 ? (tfl.layers.flatten().apply(x) as Symbol) : x
    case 'reshape': {
      const shape = x.shape.slice(1) as number[]
      const elements = shape.reduce((a, b) => a * b, 1)
      const lines = [2, 3, 4, 5].find((n) => elements % n === 0) ?? 1
      return tfl.layers
        .reshape({ targetShape: p.flag ? [lines, elements / lines] : [elements / lines, lines] })
        .apply(x) as Symbol
    }
    case 'nested': {
      const input = tfl.input({ shape: x.shape.slice(1) })
      const middle = tfl.layers.dense({ units: p.units, activation: 'relu' }).apply(input) as Symbol
      const output = tfl.layers.dropout({ rate: 0.25 }).apply(middle) as Symbol
      return tfl.model({ inputs: input, outputs: output }).apply(x) as Symbol
    }
    default: {
      const same =
        other.shape.length === x.shape.length &&
        other.shape.slice(1, -1).join() === x.shape.slice(1, -1).join()
      // tfjs's predict throws if one value is used twice: it disposes the value after the first use.
      if (!same || other === x) return x
      const sum = p.kind === 'add' && other.shape.at(-1) === x.shape.at(-1)
      return (sum ? tfl.layers.add() : tfl.layers.concatenate()).apply([x, other]) as Symbol
    }
  }
}

function buildModel(
  shape: number[],
  parts: readonly Part[],
  { units, activation }: ModelHead,
): tfl.LayersModel {
  const input = tfl.input({ shape })
  const values: Symbol[] = [input]
  for (const p of parts)
    values.push(extend(p, values[p.from % values.length] as Symbol, values[p.with % values.length] as Symbol))
  const last = values.at(-1) as Symbol
  const flat = last.shape.length > 2 ? (tfl.layers.flatten().apply(last) as Symbol) : last
  return tfl.model({ inputs: input, outputs: tfl.layers.dense({ units, activation }).apply(flat) as Symbol })
}

function uniform(count: number, seed: number, stream: number): Float32Array {
  const random = new RandomStream(seed, Purpose.weights, { stream })
  return Float32Array.from({ length: count }, (_, i) => 2 * random.uniform(i) - 1)
}

/** Weights of a magnitude that is usual in training; variances are not negative. */
function drawWeights(model: tfl.LayersModel, seed: number): Float32Array[] {
  return model.weights.map(({ shape, originalName }, i) => {
    const values = uniform(
      shape.reduce<number>((a, b) => a * (b ?? 1), 1),
      seed,
      i,
    )
    if (originalName.endsWith('variance') || originalName.endsWith('gamma')) return values.map((v) => 1.5 + v)
    const inputs = shape.length === 2 ? (shape[0] as number) : 4
    return values.map((v) => v * Math.sqrt(3 / inputs))
  })
}

function largest(arrays: readonly Float32Array[]): number {
  return arrays.reduce((most, values) => values.reduce((a, v) => Math.max(a, Math.abs(v)), most), 0)
}

/** Largest difference over all arrays, relative to the largest value (at least 0.01). */
function difference(found: readonly Float32Array[], expected: readonly Float32Array[]): number {
  return (
    largest(
      found.map((values, i) => values.map((v, j) => v - ((expected[i] as Float32Array)[j] as number))),
    ) / Math.max(largest(expected), 0.01)
  )
}

const shapes = [[5, 4], [3, 7], [9], [2, 2, 3], [4, 28]]

describe.each(Object.entries(heads))('random graphs ending in %s', (_, head) => {
  test.prop(
    [
      fc.array(part, { minLength: 1, maxLength: 9 }),
      fc.constantFrom(...shapes),
      fc.integer({ min: 1, max: 19 }),
      fc.nat(1e6),
      fc.constantFrom(...Object.keys(optimizers)),
      fc.boolean(),
    ],
    { numRuns: 20 },
  )(
    'compiled is eager: loss to 1e-5, gradients and the state after it to 1e-4',
    async (parts, shape, rows, seed, optimizerName, weighted) => {
      const model = buildModel(shape, parts, head)
      const optimizer = optimizers[optimizerName] as Optimizer
      const weights = drawWeights(model, seed)
      const size = shape.reduce((a, b) => a * b, 1)
      const x = uniform(rows * size, seed, 1001)
      const classes = uniform(rows, seed, 1002).map((v) => Math.floor(((v + 1) / 2) * head.units))
      const y =
        head.loss === 'sparseCategoricalCrossentropy'
          ? Int32Array.from(classes)
          : losses[head.loss].activation === undefined
            ? uniform(rows * head.units, seed, 1003)
            : Float32Array.from({ length: rows * head.units }, (__, i) =>
                classes[Math.floor(i / head.units)] === i % head.units ? 1 : 0,
              )
      const sampleWeight = weighted ? uniform(rows, seed, 1004).map((v) => v + 1) : undefined
      const options = {
        model,
        optimizer,
        loss:
          losses[head.loss].activation !== undefined && head.activation === 'linear'
            ? { name: head.loss, fromLogits: true as const }
            : head.loss,
        weights,
        slots: Object.fromEntries(
          slotNames(optimizer).map((name, i) => [
            name,
            model.trainableWeights.map((w, j) =>
              uniform(
                w.shape.reduce<number>((a, b) => a * (b ?? 1), 1),
                seed,
                2000 + 100 * i + j,
              ).map((v) => 0.01 * Math.abs(v)),
            ),
          ]),
        ),
        t: 3,
        batch: { x, y, ...(sampleWeight && { sampleWeight }) },
        seedStream: { seed, epoch: 2, step: 7 },
      }
      const eager = await singleStep({ ...options, executor: 'eager' })
      const compiled = await singleStep({ ...options, executor: 'compiled' })
      expect(compiled.executor).toBe('compiled')
      expect(Math.abs(compiled.loss - eager.loss)).toBeLessThan(1e-5 * Math.max(1, Math.abs(eager.loss)))
      expect(compiled.metricSum).toBeCloseTo(eager.metricSum, 3)
      expect(difference(compiled.gradients, eager.gradients)).toBeLessThan(1e-4)
      expect(difference(compiled.weights, eager.weights)).toBeLessThan(1e-4)
      for (const name of slotNames(optimizer))
        expect(difference(compiled.slots[name] ?? [], eager.slots[name] ?? [])).toBeLessThan(1e-4)

      // Inference with folded BatchNormalization equals tfjs's predict.
      model.weights.forEach((variable, i) =>
        (variable.read() as tf.Variable).assign(
          tf.tensor(weights[i] as Float32Array, variable.shape as number[]),
        ),
      )
      const program = await compileInference(model, { host: createMemory({ shared: false }), batchSize: 8 })
      const expected = tf.tidy(() =>
        (model.predict(tf.tensor(x, [rows, ...shape])) as tf.Tensor).dataSync<'float32'>().slice(),
      )
      expect(difference([await program.run(x, rows)], [expected])).toBeLessThan(1e-5)
    },
  )
})

test.each([32, 16, 7])(
  'the baseline network, %i samples: ten steps, each from the same state, within 1e-5 of the loss and 1e-4 of gradients, slots and moving averages',
  async (rows) => {
    const model = wideAndDeepClassifier({ seed: 3 })
    const optimizer = adam()
    const zeros = () => model.trainableWeights.map((weight) => new Float32Array(weight.read().size))
    let state: ExecutorState = {
      weights: model.weights.map((weight) => weight.read().dataSync<'float32'>().slice()),
      slots: { momentum: zeros(), velocity: zeros() },
    }
    for (let step = 0; step < 10; step++) {
      const options = {
        model,
        optimizer,
        ...state,
        t: step,
        batch: {
          x: uniform(rows * 784, step, 1001).map((v) => (v + 1) / 2),
          y: Int32Array.from({ length: rows }, (_, i) => (7 * i + step) % 10),
        },
        seedStream: { seed: 1, epoch: 0, step },
      }
      const eager = await singleStep({ ...options, executor: 'eager' })
      const compiled = await singleStep({ ...options, executor: 'compiled' })
      expect(Math.abs(compiled.loss / eager.loss - 1)).toBeLessThan(1e-5)
      expect(compiled.metricSum).toBe(eager.metricSum)
      expect(difference(compiled.gradients, eager.gradients)).toBeLessThan(1e-4)
      // Not the trained weights: if a gradient is near ε, its rounding changes the size of Adam's step.
      const moving = ({ weights }: ExecutorState) => weights.slice(model.trainableWeights.length)
      expect(difference(moving(compiled), moving(eager))).toBeLessThan(1e-4)
      for (const name of slotNames(optimizer))
        expect(difference(compiled.slots[name] ?? [], eager.slots[name] ?? [])).toBeLessThan(1e-4)
      state = { weights: compiled.weights, slots: compiled.slots }
    }
    model.dispose()
  },
)
