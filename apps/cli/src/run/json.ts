import { confusionMatrix, predictedClasses } from '@treadle/metrics'
import type { RunReport } from '@treadle/report'
import type { RunDirectory } from '../run-directory/run-directory.ts'

/** The object that `treadle train --json` prints. Its fields are a contract: add to them, never change them. */
export function trainJson(
  directory: Pick<RunDirectory, 'record' | 'path'>,
  { history, test }: RunReport,
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
    history,
    test: { ...figures, loss },
    ...(test?.kind === 'classifier' && {
      confusionMatrix: confusionMatrix(
        test.labels,
        predictedClasses(test.probabilities, test.classNames.length),
        test.classNames.length,
      ),
    }),
    weightsSha256: record.weightsSha256,
    runDirectory: path,
  }
}
