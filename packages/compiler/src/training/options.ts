import type { LossName } from '@treadle/keras'
import type { Optimizer } from '@treadle/optim'
import type { Host } from '../program.ts'

export interface TrainingOptions {
  readonly loss: LossName
  /** The model's outputs are logits: a cross-entropy on a model without a final activation. */
  readonly fromLogits?: boolean | undefined
  /** Of a cross-entropy, in [0, 1): mixes the targets with the uniform distribution; 0 unless given. */
  readonly labelSmoothing?: number | undefined
  /** `learningRate` apart, which comes with each step. */
  readonly optimizer: Optimizer
  /** Most rows a step has. */
  readonly batchSize: number
  /** Keys the dropout masks: an integer in [0, 2³²). */
  readonly seed: number
  readonly host: Host
}

/** Rows to train on. */
export interface TrainingData {
  /** Bytes are scaled to fround(v / 255), floats taken as they are. Row-major, shape [count, …input shape]. */
  readonly inputs: Uint8Array | Float32Array
  /** Class indices [count] for sparse categorical cross-entropy, otherwise targets [count, units]. */
  readonly targets: Int32Array | Float32Array
  /** Shape [count]; all 1 when absent. */
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
}

export interface TrainingResult {
  /** Each step's loss before its update, penalties included: Σ weight × loss over its rows ÷ rows. */
  readonly losses: Float64Array
  /** Each step's Σ over rows of the metric: right answers, or absolute errors. */
  readonly metricSums: Float64Array
}
