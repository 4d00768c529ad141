import {
  type Dataset,
  type History,
  type LabelledImages,
  type PublishedResult,
  TreadleError,
  checkDataset,
} from '@treadle/core'
import { type DatasetImages, type RunReport, sampleImages, sampleIndices } from '@treadle/report'
import { augmentSamples } from '@treadle/trainer'
import { augmentationList, mixesImages } from '@treadle/trainer/augmentation'
import { recipeFacts } from '../recipe/facts.ts'
import { plannedEpochs } from '../recipe/planned-epochs.ts'
import type { Recipe } from '../recipe/schema.ts'
import { historyOf } from '../record/history.ts'
import type { RunRecord } from '../record/record.ts'
import { modelDefinition } from '../run/build-model.ts'
import type { Run } from '../store/run.ts'
import { checkRun } from '../store/check-run.ts'
import { comparableBaseline, unlikeBaseline } from './baseline.ts'

/** What a report shows besides the record. */
interface Parts {
  readonly history: History
  readonly test?: RunReport['test']
  readonly reference?: PublishedResult | undefined
  /** Shows samples of its images; absent if the data are not available. */
  readonly data?: Dataset | undefined
}

/** The content of a run's report. */
export async function toRunReport(
  record: RunRecord,
  { history, test, reference, data }: Parts,
): Promise<RunReport> {
  const { model, backend, executor, seconds, startedAt, versions, command, status, weightsSha256 } = record
  const { name, source, train, test: testCount } = record.dataset
  const images = await imagesOf(record, data)
  const { seed, batchSize } = record.recipe.training
  return {
    model,
    dataset: { name, source, train, test: testCount, ...(images && { images }) },
    backend,
    executor,
    seed,
    epochs: plannedEpochs(record.recipe),
    batchSize,
    options: recipeFacts(record.recipe),
    stopped: status === 'finished' || status === 'early-stopping' ? status : 'aborted',
    seconds,
    startedAt,
    history,
    versions,
    command,
    ...(test !== undefined && { test }),
    ...(reference !== undefined && { reference, unlikeReference: unlikeBaseline(record.recipe) }),
    ...(weightsSha256 !== undefined && { weightsSha256 }),
  }
}

async function imagesOf(
  { dataset, recipe }: RunRecord,
  data: Dataset | undefined,
): Promise<DatasetImages | undefined> {
  const { kind, names, classCounts, preprocessing, findings, sizes } = dataset
  if (kind !== 'images') return undefined
  const samples =
    data && 'classNames' in data ? sampleImages(data.train.count > 0 ? data.train : data.test) : undefined
  const augmented = data && 'classNames' in data ? await augmentedSamples(recipe, data.train) : undefined
  return {
    classNames: names,
    ...(classCounts && { classCounts }),
    ...(preprocessing && { preprocessing }),
    ...(findings && { findings }),
    ...(sizes && { sizes }),
    ...(samples && { samples }),
    ...augmented,
  }
}

/** The images of the contact sheet, augmented; undefined without augmentation. */
async function augmentedSamples({ augmentation, training }: Recipe, images: LabelledImages) {
  const list = augmentationList(augmentation)
  if (list.length === 0 || images.count === 0) return undefined
  const indices = sampleIndices(images)
  const augmented = await augmentSamples(images, list, { seed: training.seed, indices })
  const sheet = sampleImages(augmented, [...indices.keys()])
  return sheet && { augmented: sheet, ...(mixesImages(list) && { mixed: true }) }
}

/**
 * The report of a run, from its directory alone.
 *
 * @param data those of the run, for its images, if they are available
 * @throws TreadleError `EXPERIMENT_RUN_INVALID`; `EXPERIMENT_RUN_UNFINISHED` for a run that was not tested
 */
export async function readRunReport(run: Run, data?: Dataset): Promise<RunReport> {
  checkRun('readRunReport', run)
  if (data !== undefined) checkDataset('readRunReport', data, 0)
  const { record, location } = run
  const outputs = await run.readPredictions()
  if (outputs === undefined && record.test !== undefined) {
    throw new TreadleError(
      'EXPERIMENT_RUN_INVALID',
      `${location} has lost its predictions.csv, which the report needs. Test its model again with treadle evaluate ${location}, or train a new run.`,
    )
  }
  if (outputs === undefined || record.test === undefined) {
    throw new TreadleError(
      'EXPERIMENT_RUN_UNFINISHED',
      `${location} was not tested: its status is "${record.status}". Finish it first with treadle train --resume ${location}`,
    )
  }
  const images = data && 'classNames' in data ? data.test : undefined
  const loss = record.test['loss'] ?? Number.NaN
  const test =
    outputs.kind === 'classifier'
      ? { ...outputs, loss, ...(images !== undefined && { images }) }
      : { ...outputs, loss }
  const reference = comparableBaseline(modelDefinition(record.recipe), record.dataset.source, record.recipe)
  return toRunReport(record, { history: historyOf(await run.readHistory()), test, reference, data })
}
