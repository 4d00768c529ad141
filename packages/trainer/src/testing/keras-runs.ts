import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { permutation, Purpose, RandomStream } from '@treadle/core'
import { sgd } from '@treadle/optim'
import type { ModelSamples } from '../data/arrays.ts'
import type { ExecutorName } from '../executors/executor.ts'
import { kerasBatch, kerasNetworks, ROWS } from './keras-networks.ts'
import { kerasValues } from './keras-values.ts'
import { collect } from './running.ts'
import { singleStep } from './single-step.ts'

/** What scripts/shared_steps.py writes of a network. */
export interface KerasRun {
  readonly names: readonly string[]
  readonly shapes: readonly (readonly number[])[]
  readonly losses: readonly number[]
  /** Base64 of float32 [steps + 1, weights]. */
  readonly states: string
  /** Losses of the steps from other seeds of the weights. */
  readonly free: readonly (readonly number[])[]
}

const learningRate = 0.05

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** For each weight of `model`, its index in Keras's order. */
function orderOf(model: LayersModel, { names }: KerasRun): number[] {
  const inOrder = model.layers.flatMap((layer) => layer.weights)
  return model.weights.map((weight) => {
    const named = names.indexOf(weight.originalName)
    return named === -1 ? inOrder.indexOf(weight) : named
  })
}

/** Keras's weights before a step, in the order of `model.weights`. */
function kerasStates(model: LayersModel, run: KerasRun): (step: number) => Float32Array[] {
  const all = new Float32Array(Uint8Array.from(atob(run.states), (c) => c.codePointAt(0) as number).buffer)
  const sizes = run.shapes.map(sizeOf)
  const total = sizes.reduce((a, b) => a + b, 0)
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0))
  const order = orderOf(model, run)
  return (step) =>
    order.map((index) => {
      const from = step * total + (starts[index] as number)
      return all.slice(from, from + (sizes[index] as number))
    })
}

/** The largest difference, relative to 1 or to the largest value. */
function difference(found: readonly Float32Array[], expected: readonly ArrayLike<number>[]): number {
  const most = Math.max(1, ...expected.flatMap((one) => Array.from(one, Math.abs)))
  const differences = found.flatMap((one, i) =>
    Array.from(one, (v, j) => Math.abs(v - (expected[i]?.[j] as number))),
  )
  return Math.max(0, ...differences) / most
}

/**
 * Each step from Keras's weights before it: the differences of the loss, and of the trained weights and the moving
 * averages after the step.
 * @param correction from the weights and inputs of a step, what to add to Keras's moving averages
 */
export async function differencesOfSteps(
  name: keyof typeof kerasNetworks,
  run: KerasRun,
  executor: ExecutorName,
  correction?: (
    model: LayersModel,
    weights: readonly Float32Array[],
    inputs: readonly Float32Array[],
  ) => number[][],
): Promise<{ loss: number; trained: number; averages: number }[]> {
  const { model, loss, lossWeights } = kerasNetworks[name]()
  const stateOf = kerasStates(model, run)
  const count = model.trainableWeights.length
  const differences = []
  for (const [step, expected] of run.losses.entries()) {
    const weights = stateOf(step)
    const batch = kerasBatch(model, step)
    const optimizer = sgd({ learningRate })
    const found = await singleStep({
      model,
      executor,
      optimizer,
      loss,
      lossWeights,
      weights,
      slots: {},
      t: 0,
      batch,
    })
    const next = stateOf(step + 1)
    const added = correction?.(model, weights, batch.x) ?? []
    const averages = next
      .slice(count)
      .map((values, i) => Array.from(values, (v, j) => v + (added[i]?.[j] ?? 0)))
    differences.push({
      loss: Math.abs(found.loss - expected) / Math.max(1, expected),
      trained: difference(found.weights.slice(0, count), next.slice(0, count)),
      averages: difference(found.weights.slice(count), averages),
    })
  }
  model.dispose()
  return differences
}

/** The largest relative difference between our losses of the steps of a seed, from 1, and Keras's. */
export async function freeDifference(
  name: keyof typeof kerasNetworks,
  run: KerasRun,
  executor: ExecutorName,
  seed: number,
): Promise<number> {
  const { model, loss, lossWeights } = kerasNetworks[name]()
  const initial = orderOf(model, run).map((index, i) => {
    const shape = run.shapes[index] as number[]
    const moved = model.weights[i]?.originalName.includes('variance') ? 2 : 0
    return tf.tensor(
      kerasValues(sizeOf(shape), 100 * seed + index + 1).map((v) => v / 2 + moved),
      shape,
    )
  })
  model.setWeights(initial)
  tf.dispose(initial)
  const expected = run.free[seed - 1] as readonly number[]
  const losses: number[] = []
  const options = {
    executor,
    optimizer: sgd({ learningRate }),
    loss,
    lossWeights,
    batchSize: ROWS,
    epochs: 1,
    seed,
  }
  for (const event of await collect(model, shuffledBack(model, expected.length, seed), options))
    if (event.type === 'progress') losses.push(...event.losses)
  model.dispose()
  return Math.max(
    ...expected.map((value, step) => Math.abs((losses[step] as number) - value) / Math.abs(value)),
  )
}

/** The batches of the steps, in such an order that the shuffle of the first epoch restores them. */
function shuffledBack(model: LayersModel, steps: number, seed: number): ModelSamples {
  const count = steps * ROWS
  const order = permutation(count, new RandomStream(seed, Purpose.shuffle, { epoch: 0 }))
  const batches = Array.from({ length: steps }, (_, step) => kerasBatch(model, step))
  const gathered = (parts: readonly Float32Array[]) => {
    const width = (parts[0] as Float32Array).length / ROWS
    const out = new Float32Array(count * width)
    for (const [i, target] of order.entries()) {
      const row = i % ROWS
      const part = parts[Math.floor(i / ROWS)] as Float32Array
      out.set(part.subarray(row * width, (row + 1) * width), target * width)
    }
    return out
  }
  return {
    kind: 'arrays',
    inputs: model.inputs.map((_, i) => gathered(batches.map(({ x }) => x[i] as Float32Array))),
    targets: model.outputs.map((_, i) => gathered(batches.map(({ y }) => y[i] as Float32Array))),
    count,
  }
}
