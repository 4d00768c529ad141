import type { History, LabelledImages, PublishedResult } from '@treadle/core'
import { TreadleError } from '@treadle/core'
import type { RunReport } from '@treadle/report'
import { parsePredictions } from '../run-directory/predictions.ts'
import type { HistoryEntry, RunRecord } from '../run-directory/record.ts'
import type { RunDirectory } from '../run-directory/run-directory.ts'

const FIGURES = ['loss', 'accuracy', 'mae', 'val_loss', 'val_accuracy', 'val_mae'] as const

/** One array a figure, as Keras's `fit` returns it. */
export function historyOf(entries: readonly HistoryEntry[]): History {
  const present = FIGURES.filter(
    (name) => entries.length > 0 && entries.every((entry) => entry[name] !== undefined),
  )
  const figures = Object.fromEntries(
    present.map((name) => [name, entries.map((entry) => entry[name] as number)]),
  )
  return { loss: [], ...figures }
}

/** What the report is given besides the record: rows and pictures that it does not hold. */
interface Parts {
  readonly history: History
  readonly test?: RunReport['test']
  readonly reference?: PublishedResult | undefined
}

export function toRunReport(record: RunRecord, { history, test, reference }: Parts): RunReport {
  const {
    model,
    dataset,
    backend,
    executor,
    request,
    seconds,
    startedAt,
    versions,
    command,
    weightsSha256,
    status,
  } = record
  const { name, source, train, test: testCount } = dataset
  return {
    model,
    dataset: { name, source, train, test: testCount },
    backend,
    executor,
    seed: request.seed,
    epochs: request.epochs,
    batchSize: request.batchSize,
    options: optionsOf(request),
    stopped: status === 'finished' || status === 'early-stopping' ? status : 'aborted',
    seconds,
    startedAt,
    history,
    versions,
    command,
    ...(test !== undefined && { test }),
    ...(reference !== undefined && { reference }),
    ...(weightsSha256 !== undefined && { weightsSha256 }),
  }
}

/**
 * Rebuilds a run's report from its directory.
 *
 * @param images the test images, for thumbnails, where they are at hand
 * @throws TreadleError `CLI_RUN_INVALID`; `CLI_RUN_UNFINISHED` for a run that was never tested
 */
export async function readRunReport(
  directory: RunDirectory,
  {
    images,
    reference,
  }: { images?: LabelledImages | undefined; reference?: PublishedResult | undefined } = {},
): Promise<RunReport> {
  const { record, path } = directory
  const text = await directory.read('predictions.csv')
  if (text === undefined && record.test !== undefined) {
    throw new TreadleError(
      'CLI_RUN_INVALID',
      `${path} has lost its predictions.csv, which a report is made of. Test its model again with treadle evaluate ${path}, or train anew.`,
    )
  }
  if (text === undefined || record.test === undefined) {
    throw new TreadleError(
      'CLI_RUN_UNFINISHED',
      `${path} was never tested: its status is "${record.status}". Finish it first with treadle train --resume ${path}`,
    )
  }
  const { kind, names } = record.dataset
  const rows = parsePredictions(text, kind === 'images' ? 'classifier' : 'regressor', names)
  const loss = record.test['loss'] ?? Number.NaN
  const test =
    rows.kind === 'classifier'
      ? { ...rows, loss, ...(images !== undefined && { images }) }
      : { ...rows, loss }
  return toRunReport(record, { history: historyOf(await directory.readHistory()), test, reference })
}

function optionsOf(request: RunRecord['request']): RunReport['options'] {
  const { optimizer, fastMath, learningRate, earlyStopping, validationSplit, modelParameters } = request
  const options: Record<string, string | number | boolean> = { optimizer }
  if (fastMath) options['fast math'] = true
  if (learningRate !== undefined) options['learning rate'] = learningRate
  if (earlyStopping !== undefined) options['early stopping'] = earlyStopping
  if (validationSplit !== undefined) options['validation split'] = validationSplit
  if (modelParameters.units !== undefined) options['units'] = modelParameters.units.join(',')
  if (modelParameters.dropout !== undefined) options['dropout'] = modelParameters.dropout
  return options
}
