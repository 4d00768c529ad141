import type {
  DataFinding,
  DataSource,
  History,
  LabelledImages,
  Preprocessing,
  PublishedResult,
} from '@treadle/core'

/** A layer of a network. */
export interface LayerRow {
  /** The layer's own name, such as `dense_1`. */
  readonly name: string
  /** Its class, such as `Dense`. */
  readonly type: string
  /** `null` where the size is free, as the batch: [null, 28, 30]. */
  readonly outputShape: readonly (number | null)[]
  readonly parameters: number
  /** Names of the layers that it takes its inputs from. */
  readonly connectedTo: readonly string[]
}

/** What `describeModel` of @treadle/model returns. */
export interface ModelSummary {
  readonly name: string
  readonly layers: readonly LayerRow[]
  readonly parameters: { readonly total: number; readonly trainable: number; readonly nonTrainable: number }
}

/** What a report says of a data set of images. */
export interface DatasetImages {
  readonly classNames: readonly string[]
  /** Images of each class, in the order of `classNames`. */
  readonly classCounts?: {
    readonly train: readonly number[]
    readonly validation?: readonly number[]
    readonly test: readonly number[]
  }
  /** Absent where it follows from the network's input. */
  readonly preprocessing?: Preprocessing
  readonly findings?: readonly DataFinding[]
  /** Sizes of the image files in pixels, with their number. */
  readonly sizes?: readonly (readonly [size: string, count: number])[]
  /** What `sampleImages` chose, for the contact sheet. */
  readonly samples?: LabelledImages
  /** The same samples as training augments them. */
  readonly augmented?: LabelledImages
  /** Whether the augmented samples are mixed in pairs (mixup, CutMix), so that each has two labels. */
  readonly mixed?: boolean
}

export interface DatasetSummary {
  readonly name: string
  readonly source: DataSource
  /** Training samples. */
  readonly train: number
  /** Test samples. */
  readonly test: number
  /** Absent for data that is not images. */
  readonly images?: DatasetImages
}

/** What a classifier answered on the test samples. Entry i of every field belongs to test sample i. */
export interface ClassifierTest {
  readonly kind: 'classifier'
  readonly classNames: readonly string[]
  /** Mean loss over the test samples, as the trainer computed it. */
  readonly loss: number
  /** True class indices, shape [count]. */
  readonly labels: Int32Array
  /**
   * Row-major, shape [count, classes]; each row sums to 1. The predicted class is the first with the largest
   * probability.
   */
  readonly probabilities: Float32Array
  /** The test images in the same order, for thumbnails. Absent for data that is not images. */
  readonly images?: LabelledImages
}

/** What a regressor with one output answered on the test samples. */
export interface RegressorTest {
  readonly kind: 'regressor'
  readonly targetName: string
  readonly loss: number
  /** Shape [count]. */
  readonly targets: Float32Array
  /** Shape [count]. */
  readonly predictions: Float32Array
}

/** One training run as plain data: the input of a report. */
export interface RunReport {
  readonly model: ModelSummary
  readonly dataset: DatasetSummary
  readonly backend: { readonly name: string; readonly simd: boolean; readonly threads: number }
  /** What ran the steps: `compiled` or `eager`. */
  readonly executor: string
  readonly seed: number
  /** Requested epochs; `history` holds the finished ones. */
  readonly epochs: number
  readonly batchSize: number
  /** Further options (optimizer, schedule, early stopping …), shown as given. */
  readonly options: Readonly<Record<string, string | number | boolean>>
  readonly stopped: 'finished' | 'aborted' | 'early-stopping'
  /** Wall-clock time of training. */
  readonly seconds: number
  /** When the run began, ISO 8601. */
  readonly startedAt?: string
  readonly history: History
  /** Absent when the run was stopped before it could be tested. */
  readonly test?: ClassifierTest | RegressorTest
  /** The baseline: a published result to compare with. */
  readonly reference?: PublishedResult
  /** Settings in which this run differs from the baseline, such as `batch size 64`: the final results do not compare. */
  readonly unlikeReference?: readonly string[]
  /** SHA-256 (hex) of `model/weights.bin`. */
  readonly weightsSha256?: string
  /** Versions by package, and of Node or the browser. */
  readonly versions: Readonly<Record<string, string>>
  /** The command line (or program) that repeats the run; absent where none does. */
  readonly command?: string
}
