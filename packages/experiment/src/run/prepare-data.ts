import { type Dataset, checkDataset } from '@treadle/core'
import type { Recipe } from '../recipe/schema.ts'
import type { RunRecord } from '../record/record.ts'
import type { DataEvent, DataProgressEvent, WarningEvent } from './events.ts'
import { loadRunData, validationOf, withFold, withValidation } from './load-data.ts'
import type { RunOptions } from './options.ts'
import { assertSameData } from './same-data.ts'

interface Options extends Pick<RunOptions, 'data' | 'signal'> {
  readonly onEvent?: (event: DataProgressEvent | WarningEvent | DataEvent) => unknown
}

/**
 * Loads the data of a recipe and divides them as it says.
 * @param record of the run that is continued
 * @param decided how a new run prepares its images, if the recipe does not decide it
 * @returns the recipe with what the data decide, and the data
 */
export async function prepareData(
  asked: Recipe,
  { data: given, signal, onEvent }: Options,
  record?: RunRecord,
  decided?: Pick<RunRecord, 'dataset'>,
): Promise<{ recipe: Recipe; data: Dataset }> {
  if (given !== undefined) checkDataset('Running a recipe', given)
  const events = {
    onProgress: (progress: DataProgressEvent['progress']) =>
      void onEvent?.({ type: 'data-progress', progress }),
    onWarning: (warning: WarningEvent['warning']) => void onEvent?.({ type: 'warning', warning }),
    signal,
  }
  const loaded =
    given === undefined ? await loadRunData(asked, events, record ?? decided) : withFold(given, asked)
  const recipe = { ...asked, data: { ...asked.data, validation: validationOf(asked, loaded) } }
  if (record !== undefined) assertSameData(record, loaded)
  // The samples of earlier versions' runs were divided by the trainer.
  const data =
    record !== undefined && record.dataset.preprocessing === undefined
      ? loaded
      : withValidation(loaded, recipe)
  await onEvent?.({ type: 'data', data })
  return { recipe, data }
}
