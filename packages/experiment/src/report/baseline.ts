import type { DataSource, PublishedResult } from '@treadle/core'
import { fashionMnistInfo } from '@treadle/dataset'
import type { ModelDefinition } from '@treadle/model'
import { recipeFields } from '../recipe/fields.ts'
import { textOf } from '../recipe/flags.ts'
import { wordsOf } from '../recipe/facts.ts'
import { differences } from '../recipe/minimal.ts'
import type { Recipe } from '../recipe/schema.ts'

/** Fields of a recipe that do not make it another experiment: how long, which seed, and what computes. */
const SAME_EXPERIMENT = new Set([
  'model.name',
  'data.name',
  'training.epochs',
  'training.seed',
  'training.threads',
  'training.executor',
  'training.fastMath',
  'training.wideSimd',
])

/** Whether the files are the full Fashion-MNIST, byte for byte, wherever they come from. */
export function isFullFashionMnist({ sha256 }: Pick<DataSource, 'sha256'>): boolean {
  const found = new Set(Object.values(sha256))
  return Object.values(fashionMnistInfo.files).every((file) => found.has(file.sha256))
}

/**
 * The published result that a run may be compared with, epoch by epoch: on the same data, prepared in the same way,
 * validated and tested on the same samples. The final results compare only without `unlikeBaseline`.
 */
export function comparableBaseline(
  { published }: Pick<ModelDefinition, 'published'>,
  source: Pick<DataSource, 'sha256'>,
  recipe: Recipe,
): PublishedResult | undefined {
  const sameData = [...differences(recipe).keys()].every(
    (path) => path === 'data.name' || !path.startsWith('data.'),
  )
  return sameData && isFullFashionMnist(source) ? published : undefined
}

/**
 * What differs in a recipe from the one of the published result, by the words of its flags: `batch size 64`. The
 * published result is that of all defaults.
 */
export function unlikeBaseline(recipe: Recipe): string[] {
  const found = differences(recipe)
  return recipeFields().flatMap(({ path, flag }) =>
    found.has(path) && !SAME_EXPERIMENT.has(path) && !path.startsWith('data.')
      ? [`${wordsOf(flag)} ${textOf(found.get(path))}`]
      : [],
  )
}
