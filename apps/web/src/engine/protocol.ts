import type { DataSource, EpochLogs, History, LabelledImages, PublishedResult } from '@treadle/core'
import type { DatasetProgress } from '@treadle/dataset'
import type { Prediction } from '@treadle/model'
import type { ReportDocument } from '@treadle/report'
import type { Inspection, RuntimeNote } from '@treadle/runtime'
import type { ExecutorName, ExecutorOption } from '@treadle/trainer'

/*
 * What passes between the page and the worker that does the work. Plain data throughout.
 */

export interface TrainSettings {
  readonly epochs: number
  readonly batchSize: number
  readonly seed: number
  readonly threads: 'auto' | number
  readonly executor: ExecutorOption
}

/** Where the data come from. `full` goes to the mirrors only where `download` is set. */
export type DataChoice =
  | { readonly kind: 'sample' }
  | { readonly kind: 'full'; readonly download: boolean }
  | { readonly kind: 'files'; readonly files: readonly File[] }

export interface DataSummary {
  readonly kind: DataChoice['kind']
  readonly name: string
  readonly source: DataSource
  readonly classNames: readonly string[]
  readonly trainCount: number
  readonly test: LabelledImages
  /** A result on data of this kind to set curves beside; on the sample for orientation only. */
  readonly reference?: PublishedResult
  /** Whether figures on these data may be compared with the reference. */
  readonly comparable: boolean
}

/** What runs the work. */
export interface RunsOn {
  readonly backend: string
  readonly simd: boolean
  readonly threads: number
  readonly requestedThreads: 'auto' | number
  readonly shared: boolean
  readonly executor?: ExecutorName
  readonly notes: readonly RuntimeNote[]
}

/** A point of the curves: what was met since the one before. */
export interface CurvePoint {
  /** Epochs done, with the part of the present one. */
  readonly at: number
  readonly loss: number
  readonly accuracy: number
}

export type RunStatus = 'running' | 'paused' | 'stopped' | 'finished'

/** A run, as far as it has come. */
export interface RunSummary {
  readonly settings: TrainSettings
  readonly status: RunStatus
  readonly epochsDone: number
  readonly stepsDone: number
  readonly history: History
}

/** Weights that see the pixels directly, as pictures: `count` of them, row-major, signed. */
export interface WeightPictures {
  readonly title: string
  readonly layer: string
  readonly names: readonly string[]
  readonly height: number
  readonly width: number
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
  /** The command line that gives the same weights; absent where there is none, with the reason. */
  readonly command?: string
  readonly noCommand?: string
  /** A model that was loaded from files has no run behind it, and so no report. */
  readonly hasReport: boolean
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
      /** Images a second of wall time, validation included. */
      readonly rate: number
      readonly secondsLeft: number
      readonly executor: ExecutorName
      readonly points: readonly CurvePoint[]
    }
  | { readonly type: 'epoch'; readonly epoch: number; readonly logs: EpochLogs; readonly history: History }
  | { readonly type: 'matrix'; readonly matrix: number[][]; readonly rows: number }
  | { readonly type: 'run-ends'; readonly run: RunSummary; readonly result: Result | undefined }
  /** What went wrong in a run, for people. The run is where it was at its last epoch's end. */
  | { readonly type: 'run-fails'; readonly message: string }
  /** Something that did not stop the work but should be known. */
  | { readonly type: 'warning'; readonly message: string }

/** What was found from an earlier visit. */
export interface Found {
  readonly run: RunSummary | undefined
  readonly data: DataSummary
  readonly result: Result | undefined
  /** Why something of it could not be brought back. */
  readonly problem: string | undefined
}

/** What the network was given, as it sees it: channels interleaved, 0 to 1 unless the model scales otherwise. */
export interface Classified {
  /** The most probable first. */
  readonly predictions: readonly Prediction[]
  readonly seen: {
    readonly values: Float32Array
    readonly height: number
    readonly width: number
    readonly channels: number
  }
}

/** Pixels as a canvas gives them. */
export interface PagePixels {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number
}

export interface EngineApi {
  /** Looks at the browser and brings back what was kept. Called once, first. */
  open(listener: (event: EngineEvent) => void): Promise<{ inspection: Inspection; found: Found }>
  /** Takes other data. Whatever was trained before is let go of when training starts. */
  useData(choice: DataChoice): Promise<DataSummary>
  /** Whether the full set is in the browser's cache. */
  hasFullSet(): Promise<boolean>
  /** Resolves once the run is going; how it goes and ends comes as events. */
  start(settings: TrainSettings): Promise<void>
  resume(): Promise<void>
  /** Ends the run for now; it can go on to the same bits, after a reload too. */
  pause(): Promise<void>
  /** Ends the run for good, with what it has come to. */
  stop(): Promise<void>
  /** Forgets what is kept of the run. */
  forget(): Promise<void>
  classify(image: PagePixels | { readonly row: number }): Promise<Classified | undefined>
  loadModel(files: readonly File[]): Promise<Result>
  modelFiles(): Promise<{ readonly json: Uint8Array; readonly weights: Uint8Array }>
  reportHtml(): Promise<string>
}
