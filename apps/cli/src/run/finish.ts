import { saveModel } from '@treadle/model'
import { analyseRun, describeRun } from '@treadle/report'
import { encodeTrainingState } from '@treadle/trainer'
import { comparableReference } from '../report/reference.ts'
import { renderResult } from '../report/print.ts'
import { historyOf, toRunReport } from '../report/run-report.ts'
import { writeReportFiles } from '../report/files.ts'
import { formatPredictions } from '../run-directory/predictions.ts'
import { displayPath } from '../terminal/display-path.ts'
import type { RunDirectory } from '../run-directory/run-directory.ts'
import type { Ui } from '../terminal/ui.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './completed.ts'
import { trainJson } from './json.ts'
import { modelMetadata } from './model.ts'
import type { TrainSession } from './prepare.ts'
import { testModel } from './test-run.ts'

/** Keeps what training came to: model and checkpoint always; tests and reports unless it was aborted. */
export async function finishRun(session: TrainSession, outcome: Outcome, ui: Ui): Promise<void> {
  const { directory, model, data, runtime, definition, request } = session
  await directory.writeCheckpoint('last', encodeTrainingState(outcome.state()))
  const { weightsSha256 } = await saveModel(model, directory.modelPath, {
    metadata: modelMetadata(model, data),
  })
  const kept = { executor: outcome.executor, weightsSha256 }
  if (outcome.stopped === 'aborted') return directory.update({ ...kept, status: 'aborted' })

  // A run that validates on the test set has tested its model already.
  const evaluation = request.validationSplit === undefined ? outcome.validation?.() : undefined
  const { test, figures } = await testModel(model, data, runtime, { evaluation })
  await directory.write('predictions.csv', formatPredictions(test))
  await directory.update({ ...kept, status: outcome.stopped, test: figures })

  const history = historyOf(await directory.readHistory())
  const reference = comparableReference(definition, data.source, request)
  const analysis = analyseRun(toRunReport(directory.record, { history, test, reference }))
  const report = describeRun(analysis)
  const files = await writeReportFiles(directory, report)
  ui.result(renderResult(directory, report, ui), () => trainJson(directory, analysis))
  ui.print(listFiles(directory, files, ui))
}

function listFiles({ path }: RunDirectory, files: readonly string[], ui: Ui): string {
  const { bold, dim } = ui.out.colors
  const names = ['model/', 'predictions.csv', 'history.jsonl', ...files].join('  ')
  const lines = wrap(names, Math.min(ui.out.columns, 100))
  return `${bold('Kept in')} ${displayPath(path, ui.context.cwd)}\n${lines.map((line) => dim(line)).join('\n')}\n`
}
