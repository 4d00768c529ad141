import type { History, ImageDataset } from '@treadle/core'
import { type ClassifierTest, type RunReport, renderReportHtml } from '@treadle/report'
import { describeModel } from '@treadle/model'
import type { Runtime } from '@treadle/runtime'
import { version_core } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import packageJson from '../../package.json' with { type: 'json' }
import type { DataSummary, RunStatus, TrainSettings } from './protocol.ts'

/** A run as a report tells of it. */
export interface ReportParts {
  readonly model: LayersModel
  readonly data: ImageDataset
  readonly summary: DataSummary
  readonly runtime: Runtime
  readonly executor: string
  readonly settings: TrainSettings
  readonly status: RunStatus
  readonly seconds: number
  readonly startedAt: string
  readonly history: History
  readonly test: ClassifierTest
  readonly weightsSha256: string
}

/** The same report.html that the command writes. */
export function reportHtml(parts: ReportParts): string {
  const { model, data, summary, runtime, settings, status, history, test } = parts
  const report: RunReport = {
    model: describeModel(model),
    dataset: { name: data.name, source: data.source, train: data.train.count, test: data.test.count },
    backend: { name: runtime.backendName, simd: runtime.simd, threads: runtime.threads },
    executor: parts.executor,
    seed: settings.seed,
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    options: { optimizer: 'adam' },
    stopped: status === 'finished' ? 'finished' : 'aborted',
    seconds: parts.seconds,
    startedAt: parts.startedAt,
    history,
    test,
    ...(summary.comparable && summary.reference && { reference: summary.reference }),
    weightsSha256: parts.weightsSha256,
    versions: {
      treadle: packageJson.version,
      '@tensorflow/tfjs-core': version_core,
      browser: navigator.userAgent,
    },
    command: commandLine(settings, summary.kind),
  }
  return renderReportHtml(report)
}

/** The command line that does the same as the page, with what differs from the command's defaults. */
export function commandLine(
  { epochs, batchSize, seed, executor }: TrainSettings,
  data: DataSummary['kind'],
): string {
  const words = ['treadle train']
  if (data !== 'full') words.push(`--data ${data === 'sample' ? 'sample' : 'FOLDER'}`)
  if (epochs !== 10) words.push(`--epochs ${epochs}`)
  if (batchSize !== 32) words.push(`--batch-size ${batchSize}`)
  words.push(`--seed ${seed}`)
  if (executor !== 'auto') words.push(`--executor ${executor}`)
  return words.join(' ')
}
