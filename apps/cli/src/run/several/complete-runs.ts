import type { Run } from '@treadle/experiment'
import type { Recipe } from '@treadle/experiment/recipe'
import { connectedQueue } from '../../arguments/queue-args.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { duration } from '../../terminal/format.ts'
import type { Ui } from '../../terminal/ui.ts'
import { ensureRun } from './ensure-run.ts'
import { trainInQueue } from './train-in-queue.ts'

/** A run that a command needs. */
export interface WantedRun {
  readonly directory: string
  readonly recipe: Recipe
  readonly kind: 'seed' | 'fold'
  /** From 1. */
  readonly number: number
}

/**
 * Completes runs, one after the other, or all at once by the workers of a queue. Finished runs are kept, and interrupted
 * ones continue.
 * @param flags those of a queue
 * @param ui as `onceEach` gives it
 * @returns the runs in order; fewer if the command was stopped
 * @throws TreadleError `CLI_OTHER_RECIPE` if a folder holds a run with other settings, and the errors of runs and queue
 */
export async function completeRuns(
  wanted: readonly WantedRun[],
  flags: Parameters<typeof connectedQueue>[0],
  ui: Ui,
): Promise<Run[]> {
  const { signal } = ui.context
  const queue = await connectedQueue(flags, ui)
  if (queue !== undefined) {
    const recipes = new Map(wanted.map(({ directory, recipe }) => [directory, recipe]))
    await trainInQueue(queue, recipes, ui).finally(() => queue.close())
    if (signal.aborted) return []
  }
  const runs: Run[] = []
  // Those that the queue has trained are kept.
  for (const { directory, recipe, kind, number } of wanted) {
    const label = `${kind === 'seed' ? 'Seed' : 'Fold'} ${number}/${wanted.length}`
    const run = await ensureRun(recipe, directory, label, ui).catch((error: unknown) => {
      if (error !== signal.reason) throw error
      return undefined
    })
    if (run === undefined || signal.aborted) break
    ui.print(runLine(run, `${kind} ${String(number).padEnd(3)}`, ui))
    runs.push(run)
  }
  return runs
}

function runLine({ record, location }: Run, name: string, ui: Ui): string {
  const { bold, dim } = ui.out.colors
  const accuracy = record.test?.['accuracy'] ?? Number.NaN
  return ` ${name}  test accuracy ${bold(accuracy.toFixed(4))}  ${dim(`${duration(record.seconds).padEnd(11)}  ${displayPath(location, ui.context.cwd)}`)}`
}
