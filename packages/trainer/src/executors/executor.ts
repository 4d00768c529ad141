import type { Optimizer, StepScalars } from '@treadle/optim'
import type { Samples } from '@treadle/core'
import type { Head } from '@treadle/keras'
import type { Runtime } from '@treadle/runtime'
import type * as tf from '@tensorflow/tfjs-layers'
import type { WeightPenalty } from '../regularizers.ts'

/**
 * What an executor is to train, resolved and checked: nothing in it is 'auto' any more. It does not change during
 * a run.
 */
export interface TrainingPlan {
  /** One input, one output of shape [null, `head.units`]; built; every weight float32. */
  readonly model: tf.LayersModel
  /** How outputs come from the logits, and loss, gradient and metric from both. */
  readonly head: Head
  readonly optimizer: Optimizer
  /** L1/L2 penalties by index into `model.trainableWeights`; their gradient comes before clipping, as in Keras. */
  readonly penalties: readonly WeightPenalty[]
  /** Most rows a step has; the last step of an epoch has `count mod batchSize` if that is not 0. */
  readonly batchSize: number
  /** Keys shuffle and dropout (`RandomStream`). */
  readonly seed: number
  /** The rows to train on. Pixels are scaled to fround(v / 255); tables are taken as they are. */
  readonly samples: Samples
  /** Class weight × sample weight of each row, shape [samples.count]; absent when all are 1. */
  readonly sampleWeight?: Float32Array
  readonly runtime?: Runtime
}

/**
 * Weights and optimizer slots: plain float32 arrays, row-major, unpadded, owned by whoever holds them.
 * `weights[i]` belongs to `model.weights[i]`; `slots[name][j]` to `model.trainableWeights[j]`, with the names that
 * `slotNames(optimizer)` gives.
 */
export interface ExecutorState {
  readonly weights: readonly Float32Array[]
  readonly slots: Readonly<Record<string, readonly Float32Array[]>>
}

/** Some consecutive steps of one epoch. */
export interface Chunk {
  /** From 0. */
  readonly epoch: number
  /** The epoch's permutation of the rows, shape [samples.count]. Step s takes order[s·batchSize … (s+1)·batchSize). */
  readonly order: Uint32Array
  /** First step within the epoch, from 0: the `step` of the dropout streams. */
  readonly firstStep: number
  /** At least 1; the last of them may be the epoch's partial batch. */
  readonly steps: number
  /**
   * What `advanceClock` returned for each step, shape [steps, scalars of a step]. Executors keep no step counter and
   * no powers of β.
   */
  readonly scalars: Float32Array
}

export interface ChunkResult {
  /**
   * Each step's loss before its update, dropout on, penalties included, shape [steps]: the sum over rows of
   * weight × loss, divided by the number of rows (Keras's `sum_over_batch_size`).
   */
  readonly losses: Float32Array
  /** Each step's metric summed over its rows, unweighted: images classified rightly, or absolute errors. */
  readonly metricSums: Float32Array
}

/** One step on a given batch, for tests of fidelity. */
export interface TraceStep {
  readonly rows: number
  /** Inputs as the first layer takes them, row-major, shape [rows, …input shape]. */
  readonly x: Float32Array
  /** Class indices [rows] or targets [rows, units]. */
  readonly y: Int32Array | Float32Array
  /** Shape [rows]; all 1 when absent. */
  readonly sampleWeight?: Float32Array
  /** A mask of 0 and 1 for each dropout layer, over the elements of its input. Drawn from the seed when absent. */
  readonly masks?: readonly Uint8Array[]
  /** Position of the dropout streams. */
  readonly epoch: number
  readonly step: number
  /** What `advanceClock` returned. */
  readonly scalars: StepScalars
}

export interface TraceResult {
  readonly loss: number
  readonly metricSum: number
  /** dLoss/dWeight for each of `model.trainableWeights`, penalties included, before clipping. */
  readonly gradients: readonly Float32Array[]
}

/**
 * Trains one model by one plan. It keeps weights and slots in memory of its own. It reads the model's variables only
 * when `create` runs, and changes their values only by `push`. The training loop calls one method at a time and awaits
 * it.
 *
 * Both executors must follow the same streams: the shuffle comes in `Chunk.order`; the mask of dropout layer d (its
 * index among the dropout layers, in `model.layers` order, nested models in place) at a step is
 * `dropoutMask(new RandomStream(seed, Purpose.dropout, { epoch, step, stream: d }), rate, …)` over the row-major
 * elements of the layer's input for the rows of that batch. What survives is multiplied by fround(1 / (1 − rate)).
 */
export interface Executor {
  readonly name: ExecutorName
  /** Whether `logits` gives the bits that `evaluate` computes. */
  readonly infersAsEvaluate: boolean
  /** Runs `chunk.steps` steps. Does not stop at a loss that is not finite: the loop looks at the losses. */
  run(chunk: Chunk): Promise<ChunkResult>
  /**
   * Runs the model in inference mode (moving averages, no dropout) with the present weights.
   * @param samples data of the same shape as the plan's, not necessarily the same data
   * @param from first row
   * @param to one past the last row; at most 1024 rows
   * @returns logits, row-major, shape [to − from, head.units]: the values below the head's activation
   */
  logits(samples: Samples, from: number, to: number): Promise<Float32Array>
  /** One step as `run` does it, returning its gradients too. */
  trace(step: TraceStep): Promise<TraceResult>
  /** Takes over a state: copies it in. Shapes are those of the model. */
  load(state: ExecutorState): void
  /** The present state, as copies. */
  save(): ExecutorState
  /** Gives the model's variables the present weights: whoever reads one from now on sees them, until the next `push`. */
  push(): void
  /** Frees everything it holds. The model keeps the weights of the last `push`. */
  dispose(): void
}

export type ExecutorName = 'compiled' | 'eager'

/** Why a plan cannot run on an executor: fit for "cannot … because", without a full stop. */
export interface Refusal {
  /** The layer's name, where the reason is a layer. */
  readonly layer?: string
  readonly reason: string
}

export interface ExecutorFactory {
  readonly name: ExecutorName
  /** Looks at the plan and says why it cannot be run, or nothing. Starts nothing. */
  refusal(plan: TrainingPlan): Refusal | undefined
  /** Builds an executor holding the model's present weights and slots of zeros. */
  create(plan: TrainingPlan): Promise<Executor>
}
