import * as tf from '@tensorflow/tfjs-core'
import { inferenceRefusal } from '@treadle/compiler'
import { TreadleError, type Samples } from '@treadle/core'
import { findWeight, type Layer, type LayerNode, type BatchNormalizationConfig } from '@treadle/keras'
import { inputShape } from '../../data/check.ts'
import { gatherInputs, gatherTargets, rowSize } from '../../data/rows.ts'
import { score, type Score } from '../../losses/score.ts'
import { evaluationWeights } from '../../state/evaluation-weights.ts'
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
import { DropoutDraws } from './dropout-draws.ts'
import { describe, eagerNetwork, type EagerNetwork } from './network.ts'
import { HeldWeights } from './held-weights.ts'
import { inferLogits } from './infer.ts'
import { MovingAverages } from './moving-averages.ts'
import type { Pass } from './node.ts'
import { unsupportedLayer } from './supported.ts'

/** Runs layer by layer on tfjs's active backend, with tfjs's automatic differentiation. */
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

/** Uses the model's variables as working memory. `HeldWeights` holds the current weights. */
class EagerExecutor implements Executor {
  readonly name = 'eager'
  readonly infersAsEvaluate: boolean
  readonly #plan: TrainingPlan
  readonly #network: EagerNetwork
  readonly #draws: DropoutDraws
  readonly #held: HeldWeights
  readonly #moving = new Map<Layer, MovingAverages>()
  readonly #x: Float32Array
  /** Whether the model's variables hold the current weights, not their averages. */
  #pushed = true

  constructor(plan: TrainingPlan) {
    this.#plan = plan
    // `evaluate` compiles every model that the compiler supports.
    this.infersAsEvaluate = inferenceRefusal(plan.model) !== undefined
    this.#network = eagerNetwork(plan.model)
    this.#draws = new DropoutDraws(this.#network.graph, plan.seed)
    this.#held = new HeldWeights(plan.model, plan.optimizer)
    this.#x = new Float32Array(Math.min(plan.batchSize, plan.samples.count) * rowSize(plan.samples))
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
      const width = chunk.scalars.length / chunk.steps
      this.#held.step(chunk.scalars.subarray(i * width, (i + 1) * width))
      losses[i] = loss
      metricSums[i] = metric
    }
    return { losses, metricSums }
  }

  async trace({ rows, x, y, sampleWeight, masks, epoch, step, scalars }: TraceStep): Promise<TraceResult> {
    this.#draws.moveTo(epoch, step, masks)
    const { loss, metric } = this.#differentiate({ rows, x, y, weights: sampleWeight })
    const gradients = this.#held.gradients.map((gradient) => gradient.slice())
    this.#held.step(scalars)
    return { loss, metricSum: metric, gradients }
  }

  async logits(samples: Samples, from: number, to: number): Promise<Float32Array> {
    this.#held.push(evaluationWeights(this.#plan.model, this.#held.save()))
    this.#pushed = false
    return inferLogits(this.#network, inputShape(this.#plan.model), samples, from, to)
  }

  load(state: ExecutorState): void {
    this.#held.load(state)
    this.push()
  }

  save(): ExecutorState {
    return this.#held.save()
  }

  push(): void {
    this.#held.push()
    this.#pushed = true
  }

  dispose(): void {
    this.#moving.clear()
  }

  /** Computes loss and metric of a batch, and stores its gradients in `#held.gradients`. */
  #differentiate({ rows, x, y, weights }: Batch): Score {
    if (!this.#pushed) this.push()
    const { model, head, penalties } = this.#plan
    const { trainable, gradients } = this.#held
    const pass: Pass = {
      training: true,
      multipliers: (node, size) => this.#draws.multipliers(node, size),
      batchStatistics: (node, mean, variance) => this.#movingAverages(node).update(mean, variance),
    }
    const result: Score = { loss: 0, metric: 0 }
    const slope = new Float32Array(rows * head.units)
    tf.tidy(() => {
      const input = tf.tensor(x, [rows, ...inputShape(model)])
      const objective = () => {
        const logits = this.#network.forward(input, pass)
        return tf.customGrad((z) => {
          Object.assign(result, score(head, (z as tf.Tensor).dataSync<'float32'>(), y, weights, slope))
          return { value: tf.scalar(result.loss), gradFunc: () => tf.tensor(slope, [rows, head.units]) }
        })(logits)
      }
      const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable)
      const { grads } = differentiate(objective, variables)
      variables.forEach(({ name }, i) => {
        const gradient = grads[name]
        if (gradient) gradients[i]?.set(gradient.dataSync<'float32'>())
        else gradients[i]?.fill(0)
      })
    })
    result.loss = result.loss / rows + penaltyLoss(penalties, (i) => trainable[i] as Float32Array)
    for (const penalty of penalties) {
      const i = penalty.weight
      addPenaltyGradient(penalty, trainable[i] as Float32Array, gradients[i] as Float32Array)
    }
    return result
  }

  #movingAverages({ layer, config }: LayerNode<BatchNormalizationConfig>): MovingAverages {
    let averages = this.#moving.get(layer)
    if (!averages) {
      const [mean, variance] = ['moving_mean', 'moving_variance'].map((name) =>
        this.#held.of(findWeight(layer, name)),
      )
      averages = new MovingAverages(mean as Float32Array, variance as Float32Array, config.momentum)
      this.#moving.set(layer, averages)
    }
    return averages
  }
}

function differentiate(objective: () => tf.Scalar, variables: tf.Variable[]): { grads: tf.NamedTensorMap } {
  try {
    return tf.variableGrads(objective, variables)
  } catch (error) {
    throw error instanceof TreadleError ? error : describe(error)
  }
}
