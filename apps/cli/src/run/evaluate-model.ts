import type { Dataset } from '@treadle/core'
import { testModel } from '@treadle/experiment'
import type { TestTimeAugmentation } from '@treadle/image/views'
import { describeModel, loadModel, weightsSha256 } from '@treadle/model'
import { type RunAnalysis, type RunReport, analyseRun } from '@treadle/report'
import { startRuntime } from '@treadle/runtime'
import type { LayersModel } from '@tensorflow/tfjs-layers'

interface Options {
  readonly threads: 'auto' | number
  readonly batchSize: number
  readonly tta?: TestTimeAugmentation | undefined
}

/** A saved model without a run, tested on data. */
export interface EvaluatedModel {
  readonly metrics: Readonly<Record<string, number>>
  readonly analysis: RunAnalysis
}

/**
 * Tests a saved model, such as an ensemble, on the test samples of a data set.
 * @param loadFor loads the data as the model needs them
 */
export async function evaluateModel(
  path: string,
  loadFor: (model: LayersModel) => Promise<Dataset>,
  { threads, batchSize, tta }: Options,
  signal: AbortSignal,
): Promise<EvaluatedModel> {
  const runtime = await startRuntime({ threads, signal })
  try {
    const model = await loadModel(path, { signal })
    try {
      const data = await loadFor(model)
      const { test, metrics } = await testModel(model, data, {
        runtime,
        batchSize,
        signal,
        testTimeAugmentation: tta,
      })
      const { name, source, train } = data
      const { backendName, simd, threads: count } = runtime
      const report: RunReport = {
        model: describeModel(model),
        dataset: { name, source, train: train.count, test: data.test.count },
        backend: { name: backendName, simd, threads: count },
        weightsSha256: await weightsSha256(model),
        test,
        ...untrained(),
      }
      return { metrics, analysis: analyseRun(report) }
    } finally {
      model.dispose()
    }
  } finally {
    await runtime.dispose()
  }
}

/** What a report says of training, for a model whose training is not known. */
const untrained = () => ({
  executor: 'inference',
  seed: 0,
  epochs: 0,
  batchSize: 0,
  options: {},
  stopped: 'finished' as const,
  seconds: 0,
  history: { loss: [] },
  versions: {},
})
