import { type Dataset, type ImageDataset, TreadleError, nearest } from '@treadle/core'
import type { Recipe } from '../recipe/schema.ts'

/**
 * The weights of classes by index. A recipe names classes, or gives their indices.
 * @throws TreadleError `EXPERIMENT_BAD_RECIPE` for a class that the data set does not have
 */
export function classWeights({ classWeight }: Recipe, data: Dataset): Record<number, number> | undefined {
  const entries = classWeight === 'balanced' ? [] : Object.entries(classWeight)
  if (classWeight !== 'balanced' && entries.length === 0) return undefined
  if (!('classNames' in data)) {
    throw bad(`\`classWeight\` is for classes, but ${data.name} holds numbers to predict. Leave it out.`)
  }
  const { classNames } = data
  if (classWeight === 'balanced') return balanced(data)
  return Object.fromEntries(
    entries.map(([name, weight]) => {
      const index = classNames.includes(name) ? classNames.indexOf(name) : Number(name)
      if (Number.isInteger(index) && index >= 0 && index < classNames.length) return [index, weight]
      const near = nearest(name, classNames)
      const hint = near === undefined ? '' : ` Did you mean ${near}?`
      throw bad(
        `\`classWeight\`: ${data.name} has no class ${name}.${hint} The classes are ${classNames.join(', ')}.`,
      )
    }),
  )
}

/** Weights by which every class has the same part of the loss, as scikit-learn's `balanced`. */
function balanced({ train: { labels, count }, classNames }: ImageDataset): Record<number, number> {
  const counts = classNames.map(() => 0)
  for (const label of labels) counts[label]!++
  const present = counts.filter((each) => each > 0).length
  return Object.fromEntries(
    counts.flatMap((each, label) => (each === 0 ? [] : [[label, count / (present * each)]])),
  )
}

const bad = (message: string) => new TreadleError('EXPERIMENT_BAD_RECIPE', message)
