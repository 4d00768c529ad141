import type { DataSource, History, LabelledImages, PublishedResult } from '@treadle/core'

/** One row of a network's table. */
export interface LayerRow {
  /** The layer's own name, such as `dense_1`. */
  readonly name: string
  /** Its class, such as `Dense`. */
  readonly type: string
  /** `null` where the size is free, as the batch: [null, 28, 30]. */
  readonly outputShape: readonly (number | null)[]
  readonly parameters: number
  /** Names of the layers whose outputs it takes. */
  readonly connectedTo: readonly string[]
}

/** What `describeModel` of @treadle/model returns. */
export interface ModelSummary {
  readonly name: string
  readonly layers: readonly LayerRow[]
  readonly parameters: { readonly total: number; readonly trainable: number; readonly nonTrainable: number }
}

export interface DatasetSummary {
  readonly name: string
  readonly source: DataSource
  /** Rows trained on. */
  readonly train: number
  /** Rows tested on. */
  readonly test: number
}

/** What a classifier answered on the test rows. Row i of every field belongs to test row i. */
export interface ClassifierTest {
  readonly kind: 'classifier'
  readonly classNames: readonly string[]
  /** Mean loss over the test rows, as the trainer measured it. */
  readonly loss: number
  /** True class indices, shape [count]. */
  readonly labels: Int32Array
  /** Row-major, shape [count, classes]; each row sums to 1. The predicted class is the first largest. */
  readonly probabilities: Float32Array
  /** The images behind the rows, in the same order, for thumbnails. Left out for data that is not images. */
  readonly images?: LabelledImages
}

/** What a regressor with one output answered on the test rows. */
export interface RegressorTest {
  readonly kind: 'regressor'
  readonly targetName: string
  readonly loss: number
  /** Shape [count]. */
  readonly targets: Float32Array
  /** Shape [count]. */
  readonly predictions: Float32Array
}

/** All that a report says about one training run: plain data, filled in by the command or the page. */
export interface RunReport {
  readonly model: ModelSummary
  readonly dataset: DatasetSummary
  readonly backend: { readonly name: string; readonly simd: boolean; readonly threads: number }
  /** What ran the steps: `compiled` or `eager`. */
  readonly executor: string
  readonly seed: number
  /** Epochs asked for; `history` holds those that were finished. */
  readonly epochs: number
  readonly batchSize: number
  /** Further options worth repeating (optimizer, schedule, early stopping …), printed as they stand. */
  readonly options: Readonly<Record<string, string | number | boolean>>
  readonly stopped: 'finished' | 'aborted' | 'early-stopping'
  /** Wall-clock time of training. */
  readonly seconds: number
  /** When the run began, ISO 8601. */
  readonly startedAt?: string
  readonly history: History
  /** Absent when the run was stopped before it could be tested. */
  readonly test?: ClassifierTest | RegressorTest
  /** The published result to stand beside. */
  readonly reference?: PublishedResult
  /** SHA-256 (hex) of `model/weights.bin`. */
  readonly weightsSha256?: string
  /** Versions by package, and of Node or the browser. */
  readonly versions: Readonly<Record<string, string>>
  /** The command line (or program) that repeats the run. */
  readonly command: string
}
