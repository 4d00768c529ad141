import { type Run, heldBackSamples, loadRunData } from '@treadle/experiment'
import type { Recipe } from '@treadle/experiment/recipe'
import { join } from 'node:path'
import { readRecipe, withDataPath } from '../../arguments/recipe.ts'
import { wholeNumber } from '../../arguments/values.ts'
import { loadData } from '../../data/load.ts'
import { UsageError } from '../../errors.ts'
import { type WantedRun, completeRuns } from '../../run/several/complete-runs.ts'
import { tellStopped } from '../../run/several/tell-stopped.ts'
import { plural } from '../../terminal/format.ts'
import type { Ui } from '../../terminal/ui.ts'
import type { Invocation } from '../command.ts'
import type { Combination } from './combine.ts'
import { definition } from './definition.ts'

/** What the output layers of an ensemble are given weights for, and a report can show. */
export const MOST_MEMBERS = 49

/**
 * Trains the runs of `--train N`, with the seeds 1 to N, each in a folder of its own beside the model.
 * @returns undefined if the command was stopped
 * @throws UsageError; TreadleError `CLI_OTHER_RECIPE`, `EXPERIMENT_BAD_ENSEMBLE`, and the errors of runs
 */
export async function trainMembers(
  { args, given, context }: Invocation<typeof definition>,
  { out, weights }: Combination,
  ui: Ui,
): Promise<Run[] | undefined> {
  const count = wholeNumber('--train', args.train ?? '', { min: 2, max: MOST_MEMBERS })
  const recipe = await recipeOf({ args, given, context })
  // A mistake is found before the first run.
  if (weights === 'validation')
    heldBackSamples(recipe, await loadData((options) => loadRunData(recipe, options), ui))
  const wanted = Array.from({ length: count }, (_, i): WantedRun => {
    const number = i + 1
    const own = { ...recipe, training: { ...recipe.training, seed: number } }
    return { kind: 'seed', number, directory: join(out, `seed-${number}`), recipe: own }
  })
  const runs = await completeRuns(wanted, args, ui)
  if (!context.signal.aborted) return runs
  tellStopped(runs.length, plural(count, 'run'), { command: 'ensemble', definition, args, given }, ui)
  return undefined
}

/** The recipe of all runs, which differ by their seeds. */
async function recipeOf({
  args,
  given,
  context,
}: Pick<Invocation<typeof definition>, 'args' | 'given' | 'context'>): Promise<Recipe> {
  const { run, ...flags } = args
  const [model, ...others] = run
  if (others.length > 0)
    throw new UsageError(`With --train, ensemble takes one model or recipe file, got ${run.join(' ')}.`)
  const words = {
    args: { ...flags, model },
    given: new Set(model === undefined ? given : [...given, 'model']),
    cwd: context.cwd,
  }
  const recipe = withDataPath(await readRecipe(words), words)
  const { splitSeed } = recipe.data
  // All members are tested, and validated, on the same samples.
  return { ...recipe, data: { ...recipe.data, splitSeed: splitSeed === 'auto' ? 1 : splitSeed } }
}
