import type { Run } from '@treadle/experiment'
import type { RunAnalysis } from '@treadle/report'
import type { EvaluatedModel } from './evaluate-model.ts'

/** The object that `treadle train --json` prints. Fields may be added, but not changed. */
export function trainJson(
  { record, location }: Pick<Run, 'record' | 'location'>,
  { report, tested }: RunAnalysis,
): Record<string, unknown> {
  const { recipe, dataset } = record
  const { seed, epochs, batchSize } = recipe.training
  const { loss = 0, ...metrics } = record.test ?? {}
  return {
    model: recipe.model.name,
    parameters: record.model.parameters.total,
    dataset: { name: dataset.name, source: dataset.source.kind, train: dataset.train, test: dataset.test },
    backend: record.backend,
    executor: record.executor,
    seed,
    epochs,
    batchSize,
    seconds: record.seconds,
    history: report.history,
    test: { ...metrics, loss },
    ...(tested?.kind === 'classifier' && { confusionMatrix: tested.analysis.matrix }),
    weightsSha256: record.weightsSha256,
    runDirectory: location,
    recipe,
  }
}

/** The object that `treadle evaluate MODEL --json` prints: the fields of `trainJson` that a model without a run has. */
export function modelJson(
  folder: string,
  { metrics, analysis: { report, tested } }: EvaluatedModel,
): Record<string, unknown> {
  const { model, dataset, backend, weightsSha256 } = report
  return {
    model: model.name,
    parameters: model.parameters.total,
    dataset: { name: dataset.name, source: dataset.source.kind, test: dataset.test },
    backend,
    test: metrics,
    ...(tested?.kind === 'classifier' && { confusionMatrix: tested.analysis.matrix }),
    weightsSha256,
    modelDirectory: folder,
  }
}
