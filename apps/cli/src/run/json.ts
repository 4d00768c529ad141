import type { RunAnalysis } from '@treadle/report'
import type { RunDirectory } from '../run-directory/run-directory.ts'

/** The object that `treadle train --json` prints. Its fields are a contract: add to them, never change them. */
export function trainJson(
  directory: Pick<RunDirectory, 'record' | 'path'>,
  { report, tested }: RunAnalysis,
): Record<string, unknown> {
  const { record, path } = directory
  const { request, dataset } = record
  const { loss = 0, ...figures } = record.test ?? {}
  return {
    model: request.model,
    parameters: record.model.parameters.total,
    dataset: { name: dataset.name, source: dataset.source.kind, train: dataset.train, test: dataset.test },
    backend: record.backend,
    executor: record.executor,
    seed: request.seed,
    epochs: request.epochs,
    batchSize: request.batchSize,
    seconds: record.seconds,
    history: report.history,
    test: { ...figures, loss },
    ...(tested?.kind === 'classifier' && { confusionMatrix: tested.analysis.matrix }),
    weightsSha256: record.weightsSha256,
    runDirectory: path,
  }
}
