import { type Dataset, type LabelledImages, type Samples, TreadleError } from '@treadle/core'
import { type LoadDatasetOptions, holdOutFold, loadDataset, splitSamples } from '@treadle/dataset'
import type { Recipe } from '../recipe/schema.ts'
import { splitSeed } from '../recipe/split-seed.ts'
import type { RunRecord } from '../record/record.ts'
import { dataOptions } from './data-options.ts'

type LoadOptions = Pick<LoadDatasetOptions, 'onProgress' | 'onWarning' | 'signal'>

/**
 * The data set of a recipe, prepared as the recipe says.
 *
 * @param record of the run that the data are loaded for again: the decisions that were inferred then are kept
 * @throws TreadleError what `loadDataset` throws
 */
export async function loadRunData(
  recipe: Recipe,
  options: LoadOptions = {},
  record?: Pick<RunRecord, 'dataset'>,
): Promise<Dataset> {
  return withFold(await loadWhole(recipe, options, record), recipe)
}

async function loadWhole(
  recipe: Recipe,
  options: LoadOptions,
  record: Pick<RunRecord, 'dataset'> | undefined,
): Promise<Dataset> {
  const { name } = recipe.data
  const asked = { ...dataOptions(recipe), ...options }
  if (record === undefined) return loadDataset(name, asked)
  const { preprocessing } = record.dataset
  if (preprocessing !== undefined) return loadDataset(name, { ...asked, preprocessing })
  const data = await loadDataset(name, asked)
  // Runs of earlier versions had no contract: what is transparent was black, and validation images were not used.
  if (!('classNames' in data) || data.preprocessing?.trainedOn !== 'files') return data
  const { validation: _, ...rest } = await loadDataset(name, { ...asked, background: 'black' }).then(
    imagesOnly,
  )
  return rest
}

/** Tests on a fold of the training samples where a recipe asks for one. */
export function withFold(data: Dataset, recipe: Recipe): Dataset {
  const { fold: text } = recipe.data
  if (text === '') return data
  const [fold = 0, folds = 0] = text.split('/').map(Number)
  const { train, held } = holdOutFold<Samples>(data.train, { fold, folds, seed: splitSeed(recipe) })
  return { ...data, train, test: held } as Dataset
}

/** What validates where a recipe leaves it to the data: their own validation samples, else a tenth of the training samples. */
export function validationOf(
  { data: { validation } }: Recipe,
  data: Dataset,
): Exclude<Recipe['data']['validation'], 'auto'> {
  if (validation !== 'auto') return validation
  return ownValidation(data) === undefined ? { split: 0.1 } : 'test'
}

/** The validation samples of data that have some besides training and test. */
export function ownValidation(data: Dataset): LabelledImages | undefined {
  return 'classNames' in data ? data.validation : undefined
}

/**
 * Holds validation images back where a recipe asks for a fraction and the data are image files, which are in the order
 * of their classes: a part of each class, chosen by the seed. Other data are divided by the trainer.
 *
 * @throws TreadleError `EXPERIMENT_BAD_RECIPE` if the data have validation images of their own
 */
export function withValidation(data: Dataset, recipe: Recipe): Dataset {
  const { validation } = recipe.data
  if (typeof validation !== 'object' || !('classNames' in data)) return data
  if (data.validation !== undefined) {
    throw new TreadleError(
      'EXPERIMENT_BAD_RECIPE',
      `\`data.validation.split\` (--validation-split) cannot be used: ${data.name} has ${data.validation.count} validation images of its own. Leave it out.`,
    )
  }
  if (data.preprocessing?.trainedOn !== 'files') return data
  return { ...data, ...splitSamples(data.train, { fraction: validation.split, seed: splitSeed(recipe) }) }
}

function imagesOnly(data: Dataset) {
  if ('classNames' in data) return data
  throw new Error(`${data.name} holds no images`)
}
