import { TreadleError, isTreadleError } from '@treadle/core'
import { type Run, openRun } from '@treadle/experiment'
import { type Recipe, recipeFields, valueAt } from '@treadle/experiment/recipe'
import { displayPath } from '../../terminal/display-path.ts'
import type { Ui } from '../../terminal/ui.ts'
import { trainRun } from '../train-run.ts'

/**
 * Completes one run: keeps a finished run, resumes an interrupted one, or trains a new one.
 * @throws TreadleError `CLI_OTHER_RECIPE` if the folder holds a run with other settings
 */
export async function ensureRun(recipe: Recipe, path: string, label: string, ui: Ui): Promise<Run> {
  const existing = await existingRun(recipe, path, ui)
  const inside = labelled(label, ui)
  if (existing === undefined) return (await trainRun({ recipe, out: path }, inside)).run
  if (isComplete(existing)) return existing
  const begun = (await existing.readCheckpoint('last')) !== undefined
  const { threads } = recipe.training
  return (await trainRun(begun ? { resume: path, threads } : { recipe, out: path, force: true }, inside)).run
}

/** Whether there is nothing left to train. */
export const isComplete = ({ record: { status } }: Run): boolean =>
  status === 'finished' || status === 'early-stopping'

/**
 * The run of a recipe that a folder holds, finished or not; undefined for a folder without a run.
 * @throws TreadleError `CLI_OTHER_RECIPE` if the folder holds a run with other settings
 */
export async function existingRun(recipe: Recipe, path: string, ui: Ui): Promise<Run | undefined> {
  const existing = await openRun(path).catch((error: unknown) => {
    if (isTreadleError(error) && error.code === 'EXPERIMENT_RUN_MISSING') return undefined
    throw error
  })
  if (existing !== undefined) assertSameRecipe(existing, recipe, ui)
  return existing
}

function assertSameRecipe({ record, location }: Run, recipe: Recipe, ui: Ui): void {
  // The number of threads does not change the bits, and a run records what its data have decided.
  const { validation } = recipe.data
  const decided = validation === 'auto' ? record.recipe.data.validation : validation
  const wanted = { ...recipe, data: { ...recipe.data, validation: decided } }
  const differing = recipeFields().flatMap(({ path, flag }) => {
    const [found, asked] = [record.recipe, wanted].map((each) => JSON.stringify(valueAt(each, path)))
    return path === 'training.threads' || found === asked ? [] : [`${flag} ${found}, not ${asked}`]
  })
  if (differing.length === 0) return
  throw new TreadleError(
    'CLI_OTHER_RECIPE',
    `${displayPath(location, ui.context.cwd)} holds a run with other settings: ${differing.join('; ')}. ` +
      'Choose another folder with --out, or use the same settings.',
  )
}

/** The interface of one run among several: it shows progress under `label`, and of its messages only notices. */
function labelled(label: string, ui: Ui): Ui {
  return {
    ...ui,
    print: () => {},
    result: () => {},
    progress: {
      ...ui.progress,
      update: (state) => ui.progress.update({ ...state, label: `${label} ${state.label}` }),
    },
  }
}
