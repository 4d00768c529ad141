import type { Dataset } from '@treadle/core'
import { saveModel } from '@treadle/model'
import { analyseRun, describeRun } from '@treadle/report'
import { encodeTrainingState } from '@treadle/trainer'
import { writeReportFiles } from '../report/files.ts'
import { comparableBaseline } from '../report/baseline.ts'
import { toRunReport } from '../report/run-report.ts'
import { historyOf } from '../record/history.ts'
import { modelMetadata } from './build-model.ts'
import type { RunSession } from './events.ts'
import type { Outcome } from './finished-training.ts'
import type { RunOptions } from './options.ts'
import type { RunResult } from './result.ts'
import { testModel } from './test-model.ts'
import { ownValidation } from './load-data.ts'
import { lossOption } from './trainer-options.ts'

/**
 * Saves the checkpoint and the model; unless training was aborted or `test` is false, tests the model and writes the
 * report.
 */
export async function finishRun(
  session: RunSession,
  outcome: Outcome,
  { test: isTested = true, reports }: Pick<RunOptions, 'test' | 'reports'>,
): Promise<RunResult> {
  const { run, model, data, runtime, recipe, definition } = session
  const { stopped, executor } = outcome
  const result = { run, stopped, state: outcome.state }
  await run.writeCheckpoint('last', encodeTrainingState(outcome.state()))
  const metadata = { ...modelMetadata(model, data), ...(await statisticsOf(data)) }
  const { weightsSha256 } = await saveModel(model, run.modelTarget, { metadata })
  // As a model has them that is loaded from the file.
  model.setUserDefinedMetadata(metadata)
  if (stopped === 'aborted' || !isTested) {
    await run.update({ executor, weightsSha256, status: stopped })
    return result
  }
  // A run that validates on the test samples has tested its model already.
  const tested = recipe.data.validation === 'test' && ownValidation(data) === undefined
  const evaluation = tested ? outcome.validation?.() : undefined
  const { test, metrics } = await testModel(model, data, { runtime, evaluation, loss: lossOption(recipe) })
  await run.writePredictions(test)
  const finished = { executor, weightsSha256, status: stopped, test: metrics }

  const history = historyOf(await run.readHistory())
  const baseline = comparableBaseline(definition, data.source, recipe)
  const analysis = analyseRun(
    await toRunReport({ ...run.record, ...finished }, { history, test, reference: baseline, data }),
  )
  const report = describeRun(analysis)
  const files = await writeReportFiles(run, report, reports)
  // At last: a run that is killed before it is finished again when it is resumed.
  await run.update(finished)
  return { ...result, analysis, report, files }
}

/** What a saved model keeps of its training images, so that `predict` can tell which images are unlike them. */
async function statisticsOf(data: Dataset): Promise<object> {
  if (!('classNames' in data)) return {}
  // Only what has trained needs it.
  const { trainingStatistics } = await import('@treadle/model/training-statistics')
  const statistics = trainingStatistics(data.train)
  return statistics === undefined ? {} : { trainingStatistics: statistics }
}
