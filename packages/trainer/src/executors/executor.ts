import type { Optimizer, StepScalars } from '@treadle/optim'
import type { Head } from '@treadle/keras'
import type { Runtime } from '@treadle/runtime'
import type * as tf from '@tensorflow/tfjs-layers'
import type { Augmenter } from '../augmentation/augmenter.ts'
import type { ModelSamples } from '../data/arrays.ts'
import type { OutputMetric } from '../metrics/resolve.ts'
import type { WeightPenalty } from '../regularizers.ts'

/**
 * Input of an executor: the resolved and checked options of a run. No field is 'auto'. A plan does not change during a
 * run.
 */
export interface TrainingPlan {
  /** Built, with outputs of shape [null, `heads[i].units`]. All weights are float32. */
  readonly model: tf.LayersModel
  /** Final activation, loss and metric of each output, in `model.outputs` order. */
  readonly heads: readonly Head[]
  /** Of each output, besides the metric of its head. */
  readonly metrics: readonly (readonly OutputMetric[])[]
  readonly optimizer: Optimizer
  /** L1/L2 regularization losses. Their gradients are added before clipping, as in Keras. */
  readonly penalties: readonly WeightPenalty[]
  /** Samples per step. The last step of an epoch has `count mod batchSize` samples if that is not 0. */
  readonly batchSize: number
  /** Seed of the random streams of shuffle and dropout (`RandomStream`). */
  readonly seed: number
  /** The training samples. Pixels are scaled to fround(v / 255); values of tables are not scaled. */
  readonly samples: ModelSamples
  /** Class weight × sample weight of each sample, shape [samples.count]; absent if all are 1. */
  readonly sampleWeight?: Float32Array
  /** Makes the images of each epoch; absent for samples that are used as they are. */
  readonly augmenter?: Augmenter
  /** Sides of the images in the first epochs, as fractions of the full size. */
  readonly imageScales?: readonly number[]
  /** Makes the images of a chunk, and their soft labels if they have any, in place of `augmenter`; for samples that are read in chunks. */
  readonly prepare?: (
    epoch: number,
    rows: Uint32Array,
    images: Uint8Array,
  ) => Promise<{ readonly images: Uint8Array; readonly labels?: Float32Array | undefined }>
  /** Whether the frozen first layers run once, before training. */
  readonly cachesFeatures?: boolean
  readonly runtime?: Runtime
}

/**
 * Weights and optimizer slots as float32 arrays: row-major, unpadded, not shared with the executor.
 * `weights[i]` belongs to `model.weights[i]` and `slots[name][j]` to `model.trainableWeights[j]`. `slotNames(optimizer)`
 * returns the names.
 */
export interface ExecutorState {
  readonly weights: readonly Float32Array[]
  readonly slots: Readonly<Record<string, readonly Float32Array[]>>
}

/** Consecutive steps of one epoch. */
export interface Chunk {
  /** From 0. */
  readonly epoch: number
  /** The epoch's permutation of the samples, shape [samples.count]. Step s uses order[s·batchSize … (s+1)·batchSize). */
  readonly order: Uint32Array
  /** First step within the epoch, from 0. Also the `step` of its dropout streams. */
  readonly firstStep: number
  /** At least 1. The last step may be the partial batch of the epoch. */
  readonly steps: number
  /**
   * The return values of `advanceClock` for each step, shape [steps, scalars of a step]. Executors store no step counter
   * and no powers of β.
   */
  readonly scalars: Float32Array
}

export interface ChunkResult {
  /**
   * Loss of each step before its update, with dropout on and regularization losses included, shape [steps]: the sum
   * over samples of weight × loss, divided by the number of samples (Keras's `sum_over_batch_size`). With several
   * outputs, the sum of the losses of the outputs, each times its loss weight.
   */
  readonly losses: Float32Array
  /** In `model.outputs` order. */
  readonly outputs: readonly OutputResult[]
}

/** What one output gave in each step. */
export interface OutputResult {
  /** Loss of the output alone, without its weight in the total and without regularization losses, shape [steps]. */
  readonly losses: Float32Array
  /** Unweighted sum of the metric over each step's samples, shape [steps]: correct predictions, or absolute errors. */
  readonly metricSums: Float32Array
  /**
   * What the metrics besides those of the heads measure: probabilities, or plain numbers. Row-major, shape [samples of the
   * chunk, units]; present if the plan has such metrics.
   */
  readonly outputs?: Float32Array
}

/** Whether executors return the outputs of each chunk. */
export function wantsOutputs({ metrics }: TrainingPlan): boolean {
  return metrics.some((own) => own.length > 0)
}

/** One step on a given batch, for fidelity tests. */
export interface TraceStep {
  /** Samples of the batch. */
  readonly rows: number
  /** For each input of the model: row-major, shape [rows, …input shape]. */
  readonly x: readonly Float32Array[]
  /** For each output of the model: class indices [rows] or targets [rows, units]. */
  readonly y: readonly (Int32Array | Float32Array)[]
  /** Shape [rows]; all 1 if absent. */
  readonly sampleWeight?: Float32Array
  /** A mask of 0 and 1 for each dropout layer, over the elements of its input. If absent, the seed determines the masks. */
  readonly masks?: readonly Uint8Array[]
  /** Position in the dropout streams. */
  readonly epoch: number
  readonly step: number
  /** The return value of `advanceClock`. */
  readonly scalars: StepScalars
}

export interface TraceResult {
  readonly loss: number
  /** For each output: its loss alone, and the sum of its metric. */
  readonly outputs: readonly { readonly loss: number; readonly metricSum: number }[]
  /** dLoss/dWeight for each of `model.trainableWeights`, regularization losses included, before clipping. */
  readonly gradients: readonly Float32Array[]
}

/**
 * Executes the steps of one plan. It stores weights and slots in its own memory. Only `create` reads the model's
 * variables, and only `push` changes their values. The training loop calls one method at a time and awaits it.
 *
 * All executors must use the same random streams. `Chunk.order` holds the shuffle. The mask of dropout layer d (its
 * index among the dropout layers, in `model.layers` order, nested models in place) at a step is
 * `dropoutMask(new RandomStream(seed, Purpose.dropout, { epoch, step, stream: d }), rate, …)` over the row-major
 * elements of the layer's input for that batch. Kept elements are multiplied by fround(1 / (1 − rate)).
 */
export interface Executor {
  readonly name: ExecutorName
  /** Whether `logits` returns the same bits as `evaluate` computes. */
  readonly infersAsEvaluate: boolean
  /** Runs `chunk.steps` steps. Does not stop at a loss that is not finite; the training loop checks the losses. */
  run(chunk: Chunk): Promise<ChunkResult>
  /**
   * Runs the model in inference mode (moving averages, no dropout) with the current weights.
   * @param samples of the same shape as the plan's samples; the data may differ
   * @param from first sample
   * @param to end of the range, exclusive; at most 1024 samples
   * @returns logits of each output, row-major, shape [to − from, units]: the values before the final activation
   */
  logits(samples: ModelSamples, from: number, to: number): Promise<Float32Array[]>
  /** Runs one step like `run` and also returns its gradients. */
  trace(step: TraceStep): Promise<TraceResult>
  /** Copies a state into the executor. Shapes are those of the model. */
  load(state: ExecutorState): void
  /** Copies of the current weights and slots. */
  save(): ExecutorState
  /** Sets the model's variables to the current weights. Reads return these values until the next `push`. */
  push(): void
  /** Frees all resources. The model keeps the weights of the last `push`. */
  dispose(): void
}

export type ExecutorName = 'compiled' | 'eager'

/** The reason why an executor does not support a plan. */
export interface Refusal {
  /** Name of the unsupported layer, if the reason is a layer. */
  readonly layer?: string
  /** A clause without a full stop, for use in a message. */
  readonly reason: string
}

export interface ExecutorFactory {
  readonly name: ExecutorName
  /** Returns the reason why the plan is not supported, or undefined if it is. Has no side effects. */
  refusal(plan: TrainingPlan): Refusal | undefined
  /** Builds an executor with the model's current weights and the optimizer's initial slots. */
  create(plan: TrainingPlan): Promise<Executor>
}
