import * as tf from '@tensorflow/tfjs-core'
import { inferenceRefusal } from '@treadle/compiler'
import { TreadleError } from '@treadle/core'
import {
  findWeight,
  type Head,
  type Layer,
  type LayerNode,
  type BatchNormalizationConfig,
} from '@treadle/keras'
import { AugmentedImages } from '../../augmentation/augmented-images.ts'
import type { ModelSamples } from '../../data/arrays.ts'
import { inputShapes } from '../../data/check.ts'
import { gatherInputs, gatherTargets, inputColumns, targetColumns, type Column } from '../../data/rows.ts'
import { ChunkReader } from '../../data/stored.ts'
import { score, totalLoss, type Score } from '../../losses/score.ts'
import { measuredOutputs } from '../../metrics/measure.ts'
import { evaluationWeights } from '../../state/evaluation-weights.ts'
import { activityOfSamples, activitySlope, type ActivityFactors } from '../../activity.ts'
import { addPenaltyGradient, penaltyLoss } from '../../regularizers.ts'
import {
  wantsOutputs,
  type Chunk,
  type ChunkResult,
  type Executor,
  type ExecutorFactory,
  type ExecutorState,
  type TraceResult,
  type TraceStep,
  type TrainingPlan,
} from '../executor.ts'
import { DropoutDraws } from './dropout-draws.ts'
import { describeGradient } from './gradient-error.ts'
import { describe, eagerNetwork, type EagerNetwork } from './network.ts'
import { HeldWeights } from './held-weights.ts'
import { inferLogits } from './infer.ts'
import { MovingAverages } from './moving-averages.ts'
import type { Pass } from './node.ts'
import { unsupportedLayer } from './supported.ts'

/** Runs layer by layer on tfjs's active backend, with tfjs's automatic differentiation. */
export const eager: ExecutorFactory = {
  name: 'eager',
  refusal: ({ model, runtime }) =>
    runtime?.wideSimd
      ? { reason: 'the runtime has wide SIMD (--wide-simd), which is for compiled programs only' }
      : unsupportedLayer(model),
  create: async (plan) => {
    const { augmenter, runtime } = plan
    return new EagerExecutor(plan, augmenter && (await AugmentedImages.create(augmenter, runtime)))
  },
}

interface Batch {
  readonly rows: number
  readonly x: readonly Float32Array[]
  readonly y: readonly (Int32Array | Float32Array)[]
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
  readonly #inputShapes: readonly (readonly number[])[]
  /** Of stored samples. */
  readonly #chunks: ChunkReader | undefined
  readonly #augmented: AugmentedImages | undefined
  /** Whether the model's variables hold the current weights, not their averages. */
  #pushed = true

  constructor(plan: TrainingPlan, augmented: AugmentedImages | undefined) {
    this.#plan = plan
    this.#augmented = augmented
    // `evaluate` compiles every model that the compiler supports.
    this.infersAsEvaluate = inferenceRefusal(plan.model) !== undefined
    this.#network = eagerNetwork(plan.model)
    this.#draws = new DropoutDraws(this.#network.graph, plan.seed)
    this.#held = new HeldWeights(plan.model, plan.optimizer)
    this.#inputShapes = inputShapes(plan.model)
    this.#chunks = ChunkReader.of(plan)
  }

  async run(chunk: Chunk): Promise<ChunkResult> {
    const { samples, batchSize, sampleWeight } = this.#plan
    const read = await this.#chunks?.read(chunk)
    const used = read?.samples ?? samples
    const order = read?.order ?? chunk.order
    const inputs = inputColumns(used)
    const targets = targetColumns(used)
    const losses = new Float32Array(chunk.steps)
    const firstRow = chunk.firstStep * batchSize
    const rows = Math.min(samples.count, firstRow + chunk.steps * batchSize) - firstRow
    const kept = wantsOutputs(this.#plan)
    const outputs = targets.map((_, i) => ({
      ...(kept && { outputs: new Float32Array(rows * (this.#plan.heads[i] as Head).units) }),
      losses: new Float32Array(chunk.steps),
      metricSums: new Float32Array(chunk.steps),
    }))
    for (let i = 0; i < chunk.steps; i++) {
      const step = chunk.firstStep + i
      const from = step * batchSize
      const to = Math.min(from + batchSize, samples.count)
      const augmented = await this.#augment(chunk, inputs[0] as Column<Uint8Array>, order, from, to)
      const x =
        augmented?.x ??
        inputs.map((column) => {
          const values = new Float32Array((to - from) * column.size)
          gatherInputs(column, order, from, to, values)
          return values
        })
      const y = augmented?.y ?? targets.map((column) => gatherTargets(column, order, from, to))
      const weights =
        sampleWeight &&
        Float32Array.from(chunk.order.subarray(from, to), (row) => sampleWeight[row] as number)
      this.#draws.moveTo(chunk.epoch, step)
      const { loss, scores, logits } = this.#differentiate({ rows: to - from, x, y, weights })
      const width = chunk.scalars.length / chunk.steps
      this.#held.step(chunk.scalars.subarray(i * width, (i + 1) * width))
      losses[i] = loss
      scores.forEach((one, k) => {
        const output = outputs[k] as (typeof outputs)[number]
        output.losses[i] = one.loss
        output.metricSums[i] = one.metric
        const head = this.#plan.heads[k] as Head
        output.outputs?.set(measuredOutputs(head, logits[k] as Float32Array), (from - firstRow) * head.units)
      })
    }
    return { losses, outputs }
  }

  /** The augmented images of samples order[from … to), and their labels if they are mixed. */
  async #augment(
    { epoch, order: all }: Chunk,
    { values, size }: Column<Uint8Array>,
    order: Uint32Array,
    from: number,
    to: number,
  ) {
    if (!this.#augmented) return undefined
    const bytes = new Uint8Array((to - from) * size)
    for (let i = from; i < to; i++) {
      const start = (order[i] as number) * size
      bytes.set(values.subarray(start, start + size), (i - from) * size)
    }
    const rows = all.subarray(from, to)
    const { units } = this.#plan.heads[0] as Head
    const { images, labels } = await this.#augmented.make(epoch, rows, bytes, units)
    return { x: [images], y: labels && [labels] }
  }

  async trace({ rows, x, y, sampleWeight, masks, epoch, step, scalars }: TraceStep): Promise<TraceResult> {
    this.#draws.moveTo(epoch, step, masks)
    const { loss, scores } = this.#differentiate({ rows, x, y, weights: sampleWeight })
    const gradients = this.#held.gradients.map((gradient) => gradient.slice())
    this.#held.step(scalars)
    const outputs = scores.map((one) => ({ loss: one.loss, metricSum: one.metric }))
    return { loss, outputs, gradients }
  }

  async logits(samples: ModelSamples, from: number, to: number): Promise<Float32Array[]> {
    this.#held.push(evaluationWeights(this.#plan.model, this.#held.save()))
    this.#pushed = false
    return inferLogits(this.#network, this.#inputShapes, samples, from, to)
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
    this.#augmented?.dispose()
  }

  /** Computes the loss of a batch, with loss and metric of each output, and stores its gradients in `#held.gradients`. */
  #differentiate({ rows, x, y, weights }: Batch): {
    loss: number
    scores: Score[]
    logits: Float32Array[]
  } {
    if (!this.#pushed) this.push()
    const { model, heads, penalties } = this.#plan
    const { trainable, gradients } = this.#held
    const pass: Pass = {
      training: true,
      mask: (node, size) => this.#draws.mask(node, size),
      noise: (node, size) => this.#draws.noise(node, size),
      batchStatistics: (node, mean, variance) => this.#movingAverages(node).update(mean, variance),
      activity: (factors, output) => {
        for (const one of factors) regularization.push(regularized(one, output, rows))
      },
    }
    const regularization: tf.Scalar[] = []
    let activity = 0
    const scores: Score[] = []
    const outputs: Float32Array[] = []
    tf.tidy(() => {
      const inputs = x.map((values, i) => tf.tensor(values, [rows, ...(this.#inputShapes[i] as number[])]))
      const objective = () => {
        const losses = this.#network.forward(inputs, pass).map((logits, i) => {
          const head = heads[i] as Head
          const slope = new Float32Array(rows * head.units)
          const values = logits.dataSync<'float32'>()
          const { loss, metric } = score(head, values, y[i] as Float32Array, weights, slope)
          scores[i] = { loss: loss / rows, metric }
          outputs[i] = values.slice()
          return tf.customGrad(() => ({
            value: tf.scalar(loss),
            gradFunc: () => tf.tensor(slope, [rows, head.units]),
          }))(logits)
        })
        activity = regularization.reduce((sum, one) => sum + (one.dataSync<'float32'>()[0] as number), 0)
        return tf.addN<tf.Scalar>([...losses, ...regularization])
      }
      const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable)
      const { grads } = differentiate(objective, variables, this.#network)
      variables.forEach(({ name }, i) => {
        const gradient = grads[name]
        if (gradient) gradients[i]?.set(gradient.dataSync<'float32'>())
        else gradients[i]?.fill(0)
      })
    })
    const penalty = penaltyLoss(penalties, (i) => trainable[i] as Float32Array)
    for (const one of penalties)
      addPenaltyGradient(one, trainable[one.weight] as Float32Array, gradients[one.weight] as Float32Array)
    return { loss: totalLoss(heads, scores) + penalty + activity, scores, logits: outputs }
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

/** The activity regularization of a batch, with its gradient. */
function regularized(factors: ActivityFactors, output: tf.Tensor, rows: number): tf.Scalar {
  return tf.customGrad<tf.Tensor>((...args: unknown[]) => {
    const values = (args[0] as tf.Tensor).dataSync<'float32'>()
    const sum = activityOfSamples(factors, values, rows).reduce((total, one) => total + one, 0)
    const slope = activitySlope(factors, values, rows)
    return {
      value: tf.scalar(sum / rows),
      gradFunc: () => tf.tensor(slope, output.shape),
    }
  })(output) as tf.Scalar
}

function differentiate(
  objective: () => tf.Scalar,
  variables: tf.Variable[],
  { graph }: EagerNetwork,
): { grads: tf.NamedTensorMap } {
  try {
    return tf.variableGrads(objective, variables)
  } catch (error) {
    throw error instanceof TreadleError ? error : describeGradient(describe(error), graph)
  }
}
