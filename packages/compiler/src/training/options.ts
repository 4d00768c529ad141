import type { LossName } from '@treadle/keras'
import type { Optimizer } from '@treadle/optim'
import type { PixelPrograms } from '@treadle/kernels'
import type { AugmentedInput } from '../emitter.ts'
import type { Host } from '../program.ts'

/** The loss of one output of a model. */
export interface OutputLoss {
  readonly loss: LossName
  /** The model's outputs are logits: a cross-entropy on a model without a final activation. */
  readonly fromLogits?: boolean | undefined
  /** Of a cross-entropy, in [0, 1): mixes the targets with the uniform distribution; 0 unless given. */
  readonly labelSmoothing?: number | undefined
  /** Of Huber's loss: the error where its square turns to a line; 1 unless given. */
  readonly delta?: number | undefined
  /** Factor of this loss in the total; 1 unless given. */
  readonly weight?: number | undefined
}

export interface TrainingOptions {
  /** The loss of the model's output, or one for each of its outputs in `model.outputs` order. */
  readonly loss: LossName | OutputLoss | readonly OutputLoss[]
  /** `learningRate` apart, which comes with each step. */
  readonly optimizer: Optimizer
  /** Most rows a step has. */
  readonly batchSize: number
  /** Keys the dropout masks: an integer in [0, 2³²). */
  readonly seed: number
  readonly host: Host
  /** `run` returns what the losses are computed from, for metrics. */
  readonly keepLogits?: boolean | undefined
  /** Chunks have `pixels`, for these images: bytes of the only input. */
  readonly augmented?: AugmentedInput | undefined
}

/** The losses of all outputs, with their defaults. */
export function outputLosses(loss: TrainingOptions['loss']): readonly OutputLoss[] {
  if (typeof loss === 'string') return [{ loss }]
  return Array.isArray(loss) ? (loss as readonly OutputLoss[]) : [loss as OutputLoss]
}

/** Whether the total is the loss of a single output, to which the penalties are added in the program. */
export function isSingle(heads: readonly OutputLoss[]): boolean {
  return heads.length === 1 && (heads[0]?.weight ?? 1) === 1
}

/** Bytes are scaled to fround(v / 255), floats taken as they are. Row-major, shape [count, …input shape]. */
type InputValues = Uint8Array | Float32Array
/** Class indices [count] for sparse categorical cross-entropy, otherwise targets [count, units]. */
type TargetValues = Int32Array | Float32Array

/** Rows to train on. */
export interface TrainingData {
  /** One array, or one for each input in `model.inputs` order. Longer ones have more images for pixel programs. */
  readonly inputs: InputValues | readonly InputValues[]
  /** One array, or one for each output in `model.outputs` order. */
  readonly targets: TargetValues | readonly TargetValues[]
  /** Shape [count], for all outputs; all 1 when absent. */
  readonly weights?: Float32Array | undefined
  readonly count: number
}

/** Some consecutive steps of one epoch. */
export interface TrainingChunk {
  readonly epoch: number
  /** Permutation of the rows; step s takes order[s·batchSize … (s+1)·batchSize). Rows come as they lie if absent. */
  readonly order?: Uint32Array | undefined
  readonly firstStep: number
  readonly steps: number
  /** What `advanceClock` of @treadle/optim returned for each step, shape [steps, scalars of a step]. */
  readonly scalars: Float32Array
  /**
   * A pixel program for each row of the steps, in their order: it makes the row's image from those of the data, in place of
   * `order`. For programs that were compiled with `augmented`.
   */
  readonly pixels?: PixelPrograms | undefined
}

/** What one output gave in each step. */
export interface OutputResult {
  /** Σ weight × loss over the step's rows ÷ rows, without the factor of the loss, shape [steps]. */
  readonly losses: Float64Array
  /** Σ over the step's rows of the metric: right answers, or absolute errors; shape [steps]. */
  readonly metricSums: Float64Array
  /** With `keepLogits`: what the loss was computed from, shape [rows of the chunk, units]. */
  readonly logits?: Float32Array
}

export interface TrainingResult {
  /** Each step's loss before its update: the weighted sum of the outputs' losses, and penalties. */
  readonly losses: Float64Array
  /** In `model.outputs` order. */
  readonly outputs: readonly OutputResult[]
}
