import { type Dataset, TreadleError, nearest } from '@treadle/core'
import type { Recipe } from '../recipe/schema.ts'

/**
 * The weights of classes by index. A recipe names classes, or gives their indices.
 * @throws TreadleError `EXPERIMENT_BAD_RECIPE` for a class that the data set does not have
 */
export function classWeights({ classWeight }: Recipe, data: Dataset): Record<number, number> | undefined {
  const entries = Object.entries(classWeight)
  if (entries.length === 0) return undefined
  if (!('classNames' in data)) {
    throw bad(`\`classWeight\` is for classes, but ${data.name} holds numbers to predict. Leave it out.`)
  }
  const { classNames } = data
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

const bad = (message: string) => new TreadleError('EXPERIMENT_BAD_RECIPE', message)
