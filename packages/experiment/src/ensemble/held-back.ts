import { type Dataset, type LabelledImages, TreadleError } from '@treadle/core'
import { selectSamples } from '@treadle/dataset'
import { splitSeed } from '../recipe/split-seed.ts'
import { validationOf, withValidation } from '../run/load-data.ts'
import type { Recipe } from '../recipe/schema.ts'
import type { Run } from '../store/run.ts'

const bad = (problem: string) =>
  new TreadleError(
    'EXPERIMENT_BAD_ENSEMBLE',
    `The weights of an ensemble cannot be chosen on validation samples: ${problem} Use equal weights.`,
  )

/**
 * The validation samples that all runs held back from training and from the test.
 * @param data those of the first run, as `loadRunData` returns them
 * @throws TreadleError `EXPERIMENT_BAD_ENSEMBLE` if there are none, or if they are not the same in all runs
 */
export function heldBack(runs: readonly Run[], data: Dataset): LabelledImages {
  const [first] = runs
  if (first === undefined || !('classNames' in data)) throw bad('the data are not images.')
  const { recipe } = first.record
  // A fold, and the part of image files, are chosen by the seed.
  const seeded = recipe.data.fold !== '' || data.preprocessing?.trainedOn === 'files'
  const key = ({ record }: Run) =>
    JSON.stringify([
      record.recipe.data,
      Object.values(record.dataset.source.sha256),
      seeded && splitSeed(record.recipe),
    ])
  const other = runs.find((run) => key(run) !== key(first))
  if (other)
    throw bad(
      `${other.location} has other data, another part for validation${seeded ? ' or another seed' : ''} than ${first.location}.`,
    )
  return heldBackSamples(recipe, data)
}

/**
 * The validation samples that a run of a recipe holds back from training and from the test.
 * @param data as `loadRunData` returns them
 * @throws TreadleError `EXPERIMENT_BAD_ENSEMBLE` if there are none
 */
export function heldBackSamples(asked: Recipe, data: Dataset): LabelledImages {
  if (!('classNames' in data)) throw bad('the data are not images.')
  const recipe = { ...asked, data: { ...asked.data, validation: validationOf(asked, data) } }
  const { validation, train } = withValidation(data, recipe) as typeof data
  if (validation !== undefined) return validation
  const part = recipe.data.validation
  if (typeof part !== 'object')
    throw bad(
      'the runs were validated on the test samples, or not at all. Train them with --validation-split.',
    )
  // The trainer holds the last samples back.
  const at = Math.floor(train.count * (1 - part.split))
  return selectSamples(
    train,
    Array.from({ length: train.count - at }, (_, i) => at + i),
  )
}
