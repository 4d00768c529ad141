import type { LayersModel } from '@tensorflow/tfjs-layers'
import { loadFashionMnist } from '@treadle/dataset'
import { wideAndDeepClassifier } from '@treadle/model'
import { type Runtime, startRuntime } from '@treadle/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ExecutorName, adam } from '../../src/index.ts'
import { singleStep } from '../../src/testing/single-step.ts'
import { worstDifference } from './difference.ts'
import { executors } from './executors.ts'
import { type Arrays, type State, adamUpdate, float64Step } from './float64-network.ts'
import { needsPython, skipsWithoutPython } from '../../../../test/support/python.ts'
import { kerasSteps } from './python.ts'
import { type NamedArray, decodeSafetensors } from './safetensors.ts'
import {
  type Batch,
  encodeTraceInput,
  namedWeights,
  trainableNames,
  traceBatches,
  weightNames,
} from './trace-input.ts'

/** One step: its initial state and the results of a reference. `next` is the state after it. */
interface Reference {
  readonly loss: number
  readonly gradients: Arrays
  readonly next: State
}

const seed = 1
const steps = 100
const lossTolerance = 1e-5
const tolerance = 1e-4
const updateTolerance = 1e-6

let runtime: Runtime
let model: LayersModel
let batches: Batch[]
let initial: Map<string, NamedArray>
let start: State

beforeAll(async () => {
  runtime = await startRuntime()
  model = wideAndDeepClassifier({ seed })
  batches = traceBatches((await loadFashionMnist({ source: 'sample' })).train, seed, steps)
  initial = namedWeights(model)
  const weights = new Map([...initial].map(([name, { data }]) => [name, data as Float32Array]))
  const zeros = () =>
    new Map(trainableNames.map((name) => [name, new Float32Array(array(weights, name).length)]))
  start = { weights, momentum: zeros(), velocity: zeros(), iteration: 0 }
})

afterAll(async () => {
  model.dispose()
  await runtime.dispose()
})

const claim =
  `loss within ${lossTolerance}, gradients and moving averages within ${tolerance} of their largest value, ` +
  `the update within ${updateTolerance} of Adam's for these gradients`

/** The steps of the reference, each from the rounded state after the one before; the same for both executors. */
let float64Steps: { readonly state: State; readonly reference: Reference }[] = []

function float64Trace(): typeof float64Steps {
  if (float64Steps.length > 0) return float64Steps
  let state = start
  float64Steps = batches.map((batch) => {
    const step = { state, reference: float64Step(state, batch) }
    state = rounded(step.reference.next)
    return step
  })
  return float64Steps
}

describe.each(executors)(`%s executor, ${steps} steps, each from the state of the reference`, (executor) => {
  test(`float64: ${claim}`, async () => {
    for (const [step, { state, reference }] of float64Trace().entries())
      await compare(executor, step, batches[step] as Batch, state, reference)
  }, 120_000)

  test.skipIf(skipsWithoutPython)(
    `Keras: ${claim}${needsPython}`,
    async () => {
      const trace = decodeSafetensors(kerasSteps(encodeTraceInput(initial, batches).bytes)).arrays
      for (const [step, batch] of batches.entries()) {
        const reference = {
          loss: trace.get('loss')?.data[step] as number,
          gradients: slices(trace, 'gradient', trainableNames, step),
          next: stateOf(trace, step + 1),
        }
        const state = stateOf(trace, step)
        expect(updateDifference(state, reference.gradients, reference.next)).toBeLessThan(updateTolerance)
        await compare(executor, step, batch, state, reference)
      }
    },
    240_000,
  )
})

/**
 * Runs the step with the executor and compares. If the sign of a relu input is within rounding of zero, both branches
 * are correct, and the gradients differ by much more than rounding. The executor may then agree with float64 on any
 * choice of branches, but one choice must explain the whole step.
 */
async function compare(
  executor: ExecutorName,
  step: number,
  batch: Batch,
  state: State,
  reference: Reference,
): Promise<void> {
  const { loss, gradients, weights, slots } = await singleStep({
    model,
    executor,
    optimizer: adam(),
    weights: model.weights.map(({ originalName }) => Float32Array.from(array(state.weights, originalName))),
    slots: { momentum: trainable(state.momentum), velocity: trainable(state.velocity) },
    t: state.iteration,
    batch: { x: Float32Array.from(batch.images, (value) => value / 255), y: batch.labels },
    masks: [batch.mask],
  })
  const found = named(model.trainableWeights, gradients)
  let explained: Reference | undefined
  for (const candidate of candidates(state, batch, reference)) {
    if (worstDifference(found, candidate.gradients) > tolerance) continue
    explained = candidate
    break
  }
  const { gradients: wanted, next } = explained ?? reference
  const after = {
    weights: named(model.weights, weights),
    momentum: named(model.trainableWeights, slots['momentum'] ?? []),
    velocity: named(model.trainableWeights, slots['velocity'] ?? []),
  }
  const moving = [...next.weights].filter(([name]) => !trainableNames.includes(name))
  const differences = {
    step,
    loss: Math.abs(loss - reference.loss) / reference.loss,
    gradients: worstDifference(found, wanted),
    moving: worstDifference(after.weights, new Map(moving)),
    update: updateDifference(state, found, after),
  }
  expect(differences).toSatisfy(
    (d: typeof differences) =>
      d.loss <= lossTolerance && Math.max(d.gradients, d.moving) <= tolerance && d.update <= updateTolerance,
  )
}

/**
 * Difference between an update and Adam's update for the same gradients. Gradients are compared separately: if one is
 * near epsilon, its rounding error changes the size of Adam's step.
 */
function updateDifference(state: State, gradients: Arrays, after: Omit<State, 'iteration'>): number {
  const wanted = adamUpdate(state, gradients)
  return Math.max(
    worstDifference(after.weights, wanted.weights),
    worstDifference(after.momentum, wanted.momentum),
    worstDifference(after.velocity, wanted.velocity),
  )
}

function* candidates(state: State, batch: Batch, reference: Reference): Generator<Reference> {
  yield reference
  const { kinks } = float64Step(state, batch)
  for (const flipped of subsets(kinks.slice(0, 4))) yield float64Step(state, batch, flipped)
}

function subsets<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]])
}

function array(arrays: Arrays, name: string): Float32Array | Float64Array {
  const found = arrays.get(name)
  if (!found) throw new Error(`There is no ${name}.`)
  return found
}

function trainable(arrays: Arrays): Float32Array[] {
  return model.trainableWeights.map(({ originalName }) => Float32Array.from(array(arrays, originalName)))
}

function named(weights: LayersModel['weights'], values: readonly Float32Array[]): Map<string, Float32Array> {
  return new Map(weights.map(({ originalName }, i) => [originalName, values[i] as Float32Array]))
}

function round(arrays: Arrays): Map<string, Float32Array> {
  return new Map([...arrays].map(([name, values]) => [name, Float32Array.from(values)]))
}

/** The state rounded to float32, so reference and executor have the same initial state. */
function rounded(state: State): State {
  return {
    ...state,
    weights: round(state.weights),
    momentum: round(state.momentum),
    velocity: round(state.velocity),
  }
}

function stateOf(trace: ReadonlyMap<string, NamedArray>, step: number): State {
  return {
    weights: slices(trace, 'weight', weightNames, step),
    momentum: slices(trace, 'momentum', trainableNames, step),
    velocity: slices(trace, 'velocity', trainableNames, step),
    iteration: step,
  }
}

/** Row `step` of each of the arrays `kind/name`. */
function slices(
  trace: ReadonlyMap<string, NamedArray>,
  kind: string,
  names: readonly string[],
  step: number,
) {
  return new Map(
    names.map((name) => {
      const { shape, data } = trace.get(`${kind}/${name}`) as NamedArray
      const size = data.length / (shape[0] as number)
      return [name, (data as Float32Array).subarray(step * size, (step + 1) * size)]
    }),
  )
}
