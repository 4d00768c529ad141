import type { Dataset } from '@treadle/core'
import {
  type Run,
  type RunRecord,
  type WeightsChoice,
  checkpointModel,
  comparableBaseline,
  datasetRecord,
  historyOf,
  isFullFashionMnist,
  lossOption,
  modelDefinition,
  testModel,
  toRunReport,
} from '@treadle/experiment'
import type { TestTimeAugmentation } from '@treadle/image/views'
import { loadModel, weightsSha256 } from '@treadle/model'
import { type RunAnalysis, analyseRun } from '@treadle/report'
import { startRuntime } from '@treadle/runtime'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { join } from 'node:path'
import { displayPath } from '../terminal/display-path.ts'
import { type Ui, banner } from '../terminal/ui.ts'

interface EvaluateOptions {
  readonly threads?: 'auto' | number
  readonly batchSize?: number
  /** The saved model unless given. */
  readonly weights?: WeightsChoice | undefined
  /** Test-time augmentation. */
  readonly tta?: TestTimeAugmentation | undefined
}

/** A run tested again: its record with the new metrics, and the analysis. */
export interface EvaluatedRun {
  readonly record: RunRecord
  readonly analysis: RunAnalysis
}

/**
 * Tests a run's model, with the weights that are asked for, on the test samples of a data set.
 * @param loadFor loads the data as the model needs them
 */
export async function evaluateRun(
  run: Run,
  loadFor: (model: LayersModel) => Promise<Dataset>,
  { threads = 'auto', batchSize = 256, weights, tta }: EvaluateOptions,
  ui: Ui,
): Promise<EvaluatedRun> {
  const { record, location } = run
  const { signal, cwd } = ui.context
  const modelPath = join(location, 'model')
  const chosen = weights === undefined ? undefined : await checkpointModel(run, weights)
  const runtime = await startRuntime({ threads, signal })
  try {
    const model = await loadModel(chosen?.files ?? modelPath, { signal })
    try {
      const data = await loadFor(model)
      const sha256 = await weightsSha256(model)
      const others = record.weightsSha256 !== undefined && record.weightsSha256 !== sha256
      if (chosen === undefined && others) {
        const text = `The weights in ${displayPath(modelPath, cwd)} have changed since training. The metrics describe the current weights; epochs and settings describe the original run.`
        ui.notice(banner('OTHER WEIGHTS', text, ui.out))
      }
      const { test, metrics } = await testModel(model, data, {
        runtime,
        batchSize,
        loss: lossOption(record.recipe),
        signal,
        testTimeAugmentation: tta,
      })
      const dataset = datasetRecord(data)
      const tested = { ...record, dataset, test: metrics, weightsSha256: sha256 }
      // Comparable only with the weights of the run, and if training and test used the published data.
      const comparable = !others && [record.dataset.source, data.source].every(isFullFashionMnist)
      const reference = comparable
        ? comparableBaseline(modelDefinition(record.recipe), data.source, record.recipe)
        : undefined
      const history = historyOf(await run.readHistory())
      const report = await toRunReport(tested, { history, test, reference, data })
      const options = {
        ...report.options,
        ...(chosen && { weights: `of epoch ${chosen.epoch}` }),
        ...(tta && { 'test-time augmentation': tta }),
      }
      const unlike = [...(report.unlikeReference ?? []), ...(tta ? [`test-time augmentation ${tta}`] : [])]
      const unlikeReference = reference && { unlikeReference: unlike }
      return { record: tested, analysis: analyseRun({ ...report, options, ...unlikeReference }) }
    } finally {
      model.dispose()
    }
  } finally {
    await runtime.dispose()
  }
}
