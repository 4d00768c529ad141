import { TreadleError, didYouMean } from '@treadle/core'
import { fieldAt, recipeFields } from '../recipe/fields.ts'
import { textOf } from '../recipe/flags.ts'
import { valueAt } from '../recipe/paths.ts'
import type { RunSummary } from './summary.ts'

type Value = string | number | undefined

/** What a run is sorted and filtered by, besides `test.METRIC`, `best.METRIC` and the paths of its recipe. */
const fields: Readonly<Record<string, (run: RunSummary) => Value>> = {
  name: ({ location }) => location.split(/[\\/]/).at(-1),
  state: ({ state }) => state,
  date: ({ record }) => record?.startedAt,
  data: ({ record }) => record?.dataset.name,
  model: ({ record }) => record?.recipe.model.name,
  seed: ({ record }) => record?.recipe.training.seed,
  epochs: ({ epochs }) => epochs,
  seconds: ({ record }) => record?.seconds,
  parameters: ({ record }) => record?.model.parameters.total,
  weights: ({ record }) => record?.weightsSha256,
  accuracy: ({ record }) => record?.test?.['accuracy'],
  val_accuracy: ({ best }) => best?.val_accuracy,
}

const fieldNames: readonly string[] = Object.keys(fields)

/**
 * What reads a field of a run; the value is undefined where a run does not have it.
 * @throws TreadleError `EXPERIMENT_BAD_QUERY`
 */
export function fieldReader(name: string): (run: RunSummary) => Value {
  if (Object.hasOwn(fields, name)) return fields[name] as (run: RunSummary) => Value
  const metric = /^(test|best)\.(\w+)$/.exec(name)
  if (metric !== null) {
    const [, part, key = ''] = metric
    return ({ record, best }) => ownNumber(part === 'test' ? record?.test : best, key)
  }
  if (fieldAt(name) !== undefined) return ({ record }) => plain(valueAt(record?.recipe, name))
  const known = [...fieldNames, ...recipeFields().map(({ path }) => path)]
  throw new TreadleError(
    'EXPERIMENT_BAD_QUERY',
    `Runs have no field ${name}.${didYouMean(name, known)} The fields are ${fieldNames.join(', ')}, test.METRIC, best.METRIC, and those of the recipe, such as optimizer.name.`,
  )
}

function ownNumber(metrics: object | undefined, key: string): number | undefined {
  const value = metrics && Object.hasOwn(metrics, key) ? (metrics as Record<string, unknown>)[key] : undefined
  return typeof value === 'number' ? value : undefined
}

const plain = (value: unknown): Value =>
  value === undefined || typeof value === 'number' ? value : textOf(value)
