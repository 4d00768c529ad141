import * as tf from '@tensorflow/tfjs-core'
import type { LayerVariable } from '@tensorflow/tfjs-layers'
import { TreadleError, type Samples } from '@treadle/core'
import { inputShape } from '../../data/check.ts'
import { gatherInputs, gatherTargets, rowSize } from '../../data/rows.ts'
import { dropoutLayers, findWeight, type Layer } from '../../layers.ts'
import { score, type Score } from '../../losses/score.ts'
import { makeSlots, updateRule, type Parameters } from '../../optimizers/update.ts'
import { slotNames } from '../../optimizers/optimizer.ts'
import { addPenaltyGradient, penaltyLoss } from '../../regularizers.ts'
import type {
  Chunk,
  ChunkResult,
  Executor,
  ExecutorFactory,
  ExecutorState,
  TraceResult,
  TraceStep,
  TrainingPlan,
} from '../executor.ts'
import { buildGraph, describe, type Graph } from './graph.ts'
import { DropoutDraws } from './dropout-draws.ts'
import type { Pass } from './node.ts'
import { unsupportedLayer } from './supported.ts'

/** Runs on tfjs's active backend, layer by layer, differentiating with its tape. */
export const eager: ExecutorFactory = {
  name: 'eager',
  refusal: ({ model }) => unsupportedLayer(model),
  create: async (plan) => new EagerExecutor(plan),
}

interface Batch {
  readonly rows: number
  readonly x: Float32Array
  readonly y: Int32Array | Float32Array
  readonly weights: Float32Array | undefined
}

/**
 * The model's variables are its working memory, and float32 arrays in JavaScript hold the truth: gradients are read
 * back, updated in one loop over all parameters (18,170 take about 0.1 ms, less than three kernels), and assigned.
 */
class EagerExecutor implements Executor {
  readonly name = 'eager'
  readonly #plan: TrainingPlan
  readonly #graph: Graph
  readonly #draws: DropoutDraws
  readonly #trainable: readonly LayerVariable[]
  readonly #parameters: Parameters
  /** By `model.weights`: windows on the parameters for the trainable ones, arrays of their own for the others. */
  readonly #weights: readonly Float32Array[]
  readonly #gradients: readonly Float32Array[]
  readonly #update: ReturnType<typeof updateRule>
  readonly #moving = new Map<Layer, MovingAverages>()
  readonly #x: Float32Array

  constructor(plan: TrainingPlan) {
    this.#plan = plan
    this.#graph = buildGraph(plan.model)
    this.#draws = new DropoutDraws(dropoutLayers(plan.model), plan.seed)
    this.#trainable = plan.model.trainableWeights
    const offsets = [0]
    for (const { shape } of this.#trainable)
      offsets.push((offsets.at(-1) as number) + tf.util.sizeFromShape(shape as number[]))
    const size = offsets.at(-1) as number
    this.#parameters = {
      weights: new Float32Array(size),
      gradients: new Float32Array(size),
      slots: makeSlots(plan.optimizer, size),
      offsets,
    }
    this.#gradients = this.#windows(this.#parameters.gradients)
    const windows = this.#windows(this.#parameters.weights)
    this.#weights = plan.model.weights.map((weight) => {
      const values = weight.read().dataSync<'float32'>()
      const index = this.#trainable.indexOf(weight)
      if (index < 0) return values.slice()
      const window = windows[index] as Float32Array
      window.set(values)
      return window
    })
    this.#update = updateRule(plan.optimizer)
    this.#x = new Float32Array(plan.batchSize * rowSize(plan.samples))
  }

  async run(chunk: Chunk): Promise<ChunkResult> {
    const { samples, batchSize, sampleWeight } = this.#plan
    const losses = new Float32Array(chunk.steps)
    const metricSums = new Float32Array(chunk.steps)
    const size = rowSize(samples)
    for (let i = 0; i < chunk.steps; i++) {
      const step = chunk.firstStep + i
      const from = step * batchSize
      const to = Math.min(from + batchSize, samples.count)
      const x = this.#x.subarray(0, (to - from) * size)
      gatherInputs(samples, chunk.order, from, to, x)
      const y = gatherTargets(samples, chunk.order, from, to)
      const weights =
        sampleWeight &&
        Float32Array.from(chunk.order.subarray(from, to), (row) => sampleWeight[row] as number)
      this.#draws.moveTo(chunk.epoch, step)
      const { loss, metric } = this.#differentiate({ rows: to - from, x, y, weights })
      this.#apply(chunk.stepSizes[i] as number, chunk.learningRates[i] as number)
      losses[i] = loss
      metricSums[i] = metric
    }
    return { losses, metricSums }
  }

  async trace({
    rows,
    x,
    y,
    sampleWeight,
    masks,
    epoch,
    step,
    stepSize,
    learningRate,
  }: TraceStep): Promise<TraceResult> {
    this.#draws.moveTo(epoch, step, masks)
    const { loss, metric } = this.#differentiate({ rows, x, y, weights: sampleWeight })
    const gradients = this.#gradients.map((gradient) => gradient.slice())
    this.#apply(stepSize, learningRate)
    return { loss, metricSum: metric, gradients }
  }

  async logits(samples: Samples, from: number, to: number): Promise<Float32Array> {
    this.push()
    return inferLogits(this.#graph, inputShape(this.#plan.model), samples, from, to)
  }

  load({ weights, slots }: ExecutorState): void {
    this.#weights.forEach((own, i) => own.set(weights[i] as Float32Array))
    for (const name of slotNames(this.#plan.optimizer)) {
      this.#windows(this.#slot(name)).forEach((own, i) => own.set(slots[name]?.[i] as Float32Array))
    }
    this.#moving.clear()
    this.push()
  }

  save(): ExecutorState {
    return {
      weights: copies(this.#weights),
      slots: Object.fromEntries(
        slotNames(this.#plan.optimizer).map((name) => [name, copies(this.#windows(this.#slot(name)))]),
      ),
    }
  }

  push(): void {
    this.#plan.model.weights.forEach((variable, i) => assign(variable, this.#weights[i] as Float32Array))
  }

  dispose(): void {
    this.#moving.clear()
  }

  #slot(name: string): Float32Array {
    return this.#parameters.slots[name] as Float32Array
  }

  /** One window on `flat` for each trainable weight. */
  #windows(flat: Float32Array): Float32Array[] {
    const { offsets } = this.#parameters
    return this.#trainable.map((_, i) => flat.subarray(offsets[i], offsets[i + 1]))
  }

  /** Leaves the batch's gradients in the parameters. */
  #differentiate({ rows, x, y, weights }: Batch): Score {
    const { model, head, penalties } = this.#plan
    const pass: Pass = {
      training: true,
      multipliers: (layer, size) => this.#draws.multipliers(layer, size),
      batchStatistics: (layer, mean, variance) => this.#movingAverages(layer).update(mean, variance),
    }
    const result: Score = { loss: 0, metric: 0 }
    const slope = new Float32Array(rows * head.units)
    tf.tidy(() => {
      const input = tf.tensor(x, [rows, ...inputShape(model)])
      const objective = () => {
        const logits = this.#graph.forward(input, pass)
        return tf.customGrad((z) => {
          Object.assign(result, score(head, (z as tf.Tensor).dataSync<'float32'>(), y, weights, slope))
          return { value: tf.scalar(result.loss), gradFunc: () => tf.tensor(slope, [rows, head.units]) }
        })(logits) as tf.Scalar
      }
      const variables = this.#trainable.map((weight) => weight.read() as tf.Variable)
      const { grads } = differentiate(objective, variables)
      variables.forEach(({ name }, i) => {
        const gradient = grads[name]
        if (gradient) this.#gradients[i]?.set(gradient.dataSync<'float32'>())
        else this.#gradients[i]?.fill(0)
      })
    })
    const parameter = (index: number) =>
      this.#parameters.weights.subarray(this.#parameters.offsets[index], this.#parameters.offsets[index + 1])
    result.loss = result.loss / rows + penaltyLoss(penalties, parameter)
    for (const penalty of penalties)
      addPenaltyGradient(penalty, parameter(penalty.weight), this.#gradients[penalty.weight] as Float32Array)
    return result
  }

  #apply(stepSize: number, learningRate: number): void {
    this.#update(this.#parameters, stepSize, learningRate)
    const windows = this.#windows(this.#parameters.weights)
    this.#trainable.forEach((weight, i) => {
      const values = windows[i] as Float32Array
      assign(weight, values)
      constrain(weight, values)
    })
  }

  #movingAverages(layer: Layer): MovingAverages {
    let averages = this.#moving.get(layer)
    if (!averages) {
      const values = (name: string) =>
        this.#weights[this.#plan.model.weights.indexOf(findWeight(layer, name))] as Float32Array
      averages = new MovingAverages(
        values('moving_mean'),
        values('moving_variance'),
        Number(layer.getConfig()['momentum']),
      )
      this.#moving.set(layer, averages)
    }
    return averages
  }
}

/** Keras's moving averages of a BatchNormalization: a ← a·momentum + batch·(1 − momentum), in float32. */
class MovingAverages {
  constructor(
    private readonly mean: Float32Array,
    private readonly variance: Float32Array,
    private readonly momentum: number,
  ) {}

  update(mean: Float32Array, variance: Float32Array): void {
    this.#blend(this.mean, mean)
    this.#blend(this.variance, variance)
  }

  #blend(average: Float32Array, batch: Float32Array): void {
    const f = Math.fround
    const keep = f(this.momentum)
    const take = f(1 - this.momentum)
    for (let i = 0; i < average.length; i++)
      average[i] = f(f((average[i] as number) * keep) + f((batch[i] as number) * take))
  }
}

/** Copies `values` into a variable. Past `write`, which would apply a constraint a second time. */
function assign(variable: LayerVariable, values: Float32Array): void {
  tf.tidy(() => {
    ;(variable.read() as tf.Variable).assign(tf.tensor(values.slice(), variable.shape as number[]))
  })
}

/** Projects a variable by its constraint, if it has one, as Keras does after each update; reads `values` back. */
function constrain(variable: LayerVariable, values: Float32Array): void {
  const { constraint } = variable as unknown as { constraint?: { apply(w: tf.Tensor): tf.Tensor } | null }
  if (!constraint) return
  tf.tidy(() => {
    ;(variable.read() as tf.Variable).assign(constraint.apply(variable.read()))
  })
  values.set(variable.read().dataSync<'float32'>())
}

function differentiate(objective: () => tf.Scalar, variables: tf.Variable[]): { grads: tf.NamedTensorMap } {
  try {
    return tf.variableGrads(objective, variables)
  } catch (error) {
    throw error instanceof TreadleError ? error : describe(error)
  }
}

const inference: Pass = {
  training: false,
  multipliers: () => new Float32Array(),
  batchStatistics: () => {},
}

/** Logits of rows from … to with the weights that the model's variables hold. Shape [to − from, units]. */
export function inferLogits(
  graph: Graph,
  shape: readonly number[],
  samples: Samples,
  from: number,
  to: number,
): Float32Array {
  const x = new Float32Array((to - from) * rowSize(samples))
  gatherInputs(samples, undefined, from, to, x)
  return tf.tidy(() =>
    graph
      .forward(tf.tensor(x, [to - from, ...shape]), inference)
      .dataSync<'float32'>()
      .slice(),
  )
}

function copies(arrays: readonly Float32Array[]): Float32Array[] {
  return arrays.map((array) => array.slice())
}
