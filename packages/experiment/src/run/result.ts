import type { ReportDocument, RunAnalysis } from '@treadle/report'
import type { Runtime } from '@treadle/runtime'
import type { TrainingState } from '@treadle/trainer'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Run } from '../store/run.ts'

export interface RunResult {
  /** Its record has the metrics; its store has the files. */
  readonly run: Run
  readonly stopped: 'finished' | 'early-stopping' | 'aborted'
  /** Everything needed to continue. */
  readonly state: () => TrainingState
  /** The test of the model, analysed; absent if the run was aborted or not tested. */
  readonly analysis?: RunAnalysis
  /** The report as sections of data; absent if the run was aborted or not tested. */
  readonly report?: ReportDocument
  /** The report files that were written; absent if the run was aborted or not tested. */
  readonly files?: readonly string[]
  /** With `keepModel`: the trained model, for the caller to dispose. */
  readonly model?: LayersModel
  /** With `keepModel`: the runtime, for the caller to dispose if the caller did not give it. */
  readonly runtime?: Runtime
}
