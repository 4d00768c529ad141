import type {
  DataFinding,
  DataSource,
  EpochLogs,
  History,
  LabelledImages,
  Preprocessing,
  PublishedResult,
} from '@treadle/core'
import type { DatasetProgress } from '@treadle/dataset'
import type { RecipeField } from '@treadle/experiment/recipe'
import type { Prediction } from '@treadle/model'
import type { ReportDocument } from '@treadle/report'
import type { Inspection, RuntimeNote } from '@treadle/runtime'
import type { ExecutorName } from '@treadle/trainer'

/*
 * The messages between the page and its worker: plain data.
 */

/** A field of the form: a field of a recipe with its label. */
export interface Setting extends RecipeField {
  readonly label: string
}

/** The settings of a run as the form has them: texts by the path of the recipe's field. */
export type Settings = Readonly<Record<string, string>>

/** What the form of the settings is made from. */
export interface SettingsOfForm {
  readonly fields: readonly Setting[]
  /** The settings that each model's own recipe has, by the model's name. */
  readonly presets: Readonly<Record<string, Settings>>
}

/** What is wrong with the settings, and in which field if it is known. */
export interface SettingProblem {
  readonly path: string | undefined
  readonly message: string
}

/** The source of the data. `full` contacts the mirrors only if `download` is set. */
export type DataChoice =
  | { readonly kind: 'sample' }
  | { readonly kind: 'full'; readonly download: boolean }
  | { readonly kind: 'files'; readonly files: readonly File[] }
  | {
      readonly kind: 'pictures'
      readonly files: readonly PictureFile[]
      /** What the form shows: how the pictures are prepared and divided. */
      readonly settings: Settings
    }

/** A picture, an archive of pictures if it is the only file, or a Parquet file. */
export interface PictureFile {
  /** `class/name`, optionally inside `train`, `val` or `test`; the name alone of an archive. */
  readonly path: string
  readonly file: File
}

export interface DataSummary {
  readonly kind: DataChoice['kind']
  readonly name: string
  readonly source: DataSource
  readonly classNames: readonly string[]
  readonly trainCount: number
  readonly test: LabelledImages
  readonly findings: readonly DataFinding[]
  /** The baseline, whose curves are shown too. */
  readonly reference?: PublishedResult
  /** Whether metrics on these data are comparable with the baseline: not on the sample. */
  readonly comparable: boolean
}

/** What the network runs on. */
export interface RunsOn {
  readonly backend: string
  readonly simd: boolean
  readonly threads: number
  readonly requestedThreads: 'auto' | number
  readonly shared: boolean
  readonly executor?: ExecutorName
  readonly notes: readonly RuntimeNote[]
}

/** A point of the curves: the mean since the previous point. */
export interface CurvePoint {
  /** Finished epochs, with the fraction of the current one. */
  readonly at: number
  readonly loss: number
  readonly accuracy: number
}

export type RunStatus = 'running' | 'paused' | 'stopped' | 'finished'

/** The state of a run. */
export interface RunSummary {
  readonly settings: Settings
  readonly status: RunStatus
  readonly epochs: number
  readonly epochsDone: number
  readonly stepsDone: number
  readonly history: History
  /** Whether the baseline is a run of the same network. */
  readonly hasBaseline: boolean
}

/** Weights that are connected to the pixels, as one image for each name: [height, width, channels], signed. */
export interface WeightPictures {
  readonly title: string
  readonly layer: string
  readonly names: readonly string[]
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  readonly values: Float32Array
}

/** A tested network: the sections of its report, and what identifies it. */
export interface Result {
  readonly title: string
  /** The report without the test images, which the page has already. */
  readonly document: ReportDocument
  /** Confusion matrix, shape [classes, classes]: rows true, columns predicted. */
  readonly matrix: readonly (readonly number[])[]
  readonly pictures: readonly WeightPictures[]
  readonly weightsSha256: string
  /** The command line that gives the same weights, or the reason why there is none. */
  readonly command?: string
  readonly noCommand?: string
  /** Whether there is a report: a model that was loaded from files has none. */
  readonly hasReport: boolean
}

/** The confusion matrix of the first test images, as many as `rows`. */
export interface EarlyMatrix {
  readonly matrix: number[][]
  readonly rows: number
}

export type EngineEvent =
  | { readonly type: 'data-progress'; readonly progress: DatasetProgress }
  | { readonly type: 'run-begins'; readonly run: RunSummary; readonly runsOn: RunsOn }
  | {
      readonly type: 'progress'
      readonly epoch: number
      readonly step: number
      readonly steps: number
      readonly loss: number
      readonly accuracy: number
      /** Images per second, validation included. */
      readonly rate: number
      readonly secondsLeft: number
      readonly executor: ExecutorName
      readonly points: readonly CurvePoint[]
    }
  | { readonly type: 'epoch'; readonly epoch: number; readonly logs: EpochLogs; readonly history: History }
  | ({ readonly type: 'matrix' } & EarlyMatrix)
  | { readonly type: 'run-ends'; readonly run: RunSummary; readonly result: Result | undefined }
  /** Why a run failed, as text for the user. The run is at the end of its last finished epoch. */
  | { readonly type: 'run-fails'; readonly message: string }
  /** The data of the run that starts, where its settings give other data than those shown. */
  | { readonly type: 'data'; readonly data: DataSummary }
  /** A warning for the user. */
  | { readonly type: 'warning'; readonly message: string }

/** The stored state of an earlier visit. */
export interface Found {
  readonly run: RunSummary | undefined
  readonly data: DataSummary
  readonly result: Result | undefined
  /** The matrix of a paused run that has a checkpoint. */
  readonly matrix?: EarlyMatrix | undefined
  /** Why a part of it could not be restored. */
  readonly problem: string | undefined
}

/** A run that has ended, and can be compared with others. */
export interface PastRun {
  /** Its number. */
  readonly name: string
  readonly model: string
  readonly data: string
  readonly startedAt: string
  readonly seed: number
  /** On the test images; absent if the run was stopped. */
  readonly accuracy?: number
}

/** A classified image: the predictions, and the image as the network receives it. */
export interface Classified {
  /** Most probable class first. */
  readonly predictions: readonly Prediction[]
  /** From the training images: 99 % of them have a distance below 1. Absent for a test image and in training. */
  readonly distance?: number | undefined
  /** `values` are the network's inputs: the pixels from 0 to 255, times `scale`, plus `offset`. */
  readonly seen: Pick<Preprocessing, 'height' | 'width' | 'channels' | 'scale' | 'offset'> & {
    readonly values: Float32Array
  }
  /** The layers of which `featureMaps` can show the outputs. */
  readonly mapLayers: readonly string[]
}

/** The outputs of a layer for one image: `count` maps, shape [count, height, width]. */
export interface FeatureMaps {
  readonly values: Float32Array
  readonly count: number
  readonly height: number
  readonly width: number
  /** The kind of layer, as Keras names it. */
  readonly kind: string
}

/** Pixels of a canvas: RGBA, 8 bits each. */
interface PagePixels {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number
}

/** What is classified: pixels, a test image, or an image file. */
export type Question = PagePixels | { readonly row: number } | Blob

export interface EngineApi {
  /** Inspects the browser and restores the stored run. Called once, before all others. */
  open(
    listener: (event: EngineEvent) => void,
  ): Promise<{ inspection: Inspection; form: SettingsOfForm; found: Found }>
  /** Loads other data for the next run. The present network remains until that starts. */
  useData(choice: DataChoice): Promise<DataSummary>
  /** Whether the full set is in the browser's cache. */
  hasFullSet(): Promise<boolean>
  /**
   * Resolves when the run has started, or with what is wrong with its settings. Its progress and its end come as
   * events.
   */
  start(settings: Settings): Promise<SettingProblem | undefined>
  resume(): Promise<void>
  /** Pauses the run. It can continue to the same bits, also after a reload. */
  pause(): Promise<void>
  /** Stops the run and tests its network. */
  stop(): Promise<void>
  /** The runs that have ended, the oldest first. */
  pastRuns(): Promise<readonly PastRun[]>
  /**
   * With the test images, if they are in this browser.
   * @param names of at least two past runs
   */
  compareRuns(names: readonly string[]): Promise<ReportDocument>
  /** Deletes the stored run, and those that have ended. */
  forget(): Promise<void>
  classify(image: Question): Promise<Classified | undefined>
  /**
   * @param input a network's input, from `Classified.seen`
   * @param layer one of `Classified.mapLayers`
   * @returns undefined if the network has been replaced by one without such a layer
   */
  featureMaps(input: Float32Array, layer: string): Promise<FeatureMaps | undefined>
  loadModel(files: readonly File[]): Promise<Result>
  modelFiles(): Promise<{ readonly json: Uint8Array; readonly weights: Uint8Array }>
  reportHtml(): Promise<string>
}
