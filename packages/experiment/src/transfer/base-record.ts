import { TreadleError } from '@treadle/core'
import { weightsSha256 } from '@treadle/model'
import type { Recipe } from '../recipe/schema.ts'
import type { RunRecord } from '../record/record.ts'
import { basePreprocessing } from './base-preprocessing.ts'
import type { Base } from './open-base.ts'

/** What the record of a run says of its base. */
export async function baseRecord({ model }: Base): Promise<NonNullable<RunRecord['base']>> {
  return { name: model.name, weightsSha256: await weightsSha256(model) }
}

/** @throws TreadleError `EXPERIMENT_OTHER_BASE` unless the base has the weights that the run began with */
export async function assertSameBase({ base: before }: RunRecord, base: Base): Promise<void> {
  const now = await baseRecord(base)
  if (before === undefined || before.weightsSha256 === now.weightsSha256) return
  throw new TreadleError(
    'EXPERIMENT_OTHER_BASE',
    'The base has other weights than when the run began. Restore the model at that place (--base), or train a new run.',
  )
}

/** The data of a run with a base are prepared as the base says. */
export function preparedAs(base: Base, recipe: Recipe): Pick<RunRecord, 'dataset'> {
  return { dataset: { preprocessing: basePreprocessing(base, recipe) } as RunRecord['dataset'] }
}
