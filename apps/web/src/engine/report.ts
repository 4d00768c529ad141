import type { History, ImageDataset } from '@treadle/core'
import { describeModel } from '@treadle/model'
import { type ClassifierTest, type ReportDocument, type RunReport, describeRun } from '@treadle/report'
import type { Runtime } from '@treadle/runtime'
import { version_core } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type Recipe, recipeFacts } from '@treadle/experiment/recipe'
import packageJson from '../../package.json' with { type: 'json' }
import type { DataSummary, RunStatus } from './protocol.ts'

/** A tested network, with or without the run that trained it. */
export interface TestedNetwork {
  readonly model: LayersModel
  readonly data: ImageDataset
  readonly runtime: Runtime
  readonly test: ClassifierTest
  readonly weightsSha256: string
}

/** The run that trained a network. */
export interface RunParts {
  readonly summary: DataSummary
  readonly executor: string
  readonly recipe: Recipe
  readonly status: RunStatus
  readonly seconds: number
  readonly startedAt: string
  readonly history: History
  readonly command: string | undefined
}

/** The report of a run, from the same sections as the command's. */
export function describeTrained(network: TestedNetwork, run: RunParts): ReportDocument {
  const { summary, recipe, status, command } = run
  const { seed, epochs, batchSize } = recipe.training
  return describeRun({
    ...reportOf(network),
    executor: run.executor,
    seed,
    epochs,
    batchSize,
    options: recipeFacts(recipe),
    stopped: status === 'finished' ? 'finished' : 'aborted',
    seconds: run.seconds,
    startedAt: run.startedAt,
    history: run.history,
    ...(summary.comparable && summary.reference && { reference: summary.reference }),
    ...(command !== undefined && { command }),
  })
}

/** The sections on a network that was loaded from files: how it was trained is unknown. */
export function describeLoaded(network: TestedNetwork): ReportDocument {
  const document = describeRun(reportOf(network))
  return { ...document, sections: document.sections.filter(({ id }) => id !== 'repeat') }
}

/** The report of a network without a run. */
function reportOf({ model, data, runtime, test, weightsSha256 }: TestedNetwork): RunReport {
  return {
    model: describeModel(model),
    dataset: { name: data.name, source: data.source, train: data.train.count, test: data.test.count },
    backend: { name: runtime.backendName, simd: runtime.simd, threads: runtime.threads },
    executor: '',
    seed: 0,
    epochs: 0,
    batchSize: 0,
    options: {},
    stopped: 'finished',
    seconds: 0,
    history: { loss: [] },
    test,
    weightsSha256,
    versions: {
      treadle: packageJson.version,
      '@tensorflow/tfjs-core': version_core,
      browser: navigator.userAgent,
    },
  }
}
