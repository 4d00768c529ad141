import { type Run, readRunReport, writeReportFiles } from '@treadle/experiment'
import { type Recipe, plannedEpochs } from '@treadle/experiment/recipe'
import type { TrialQueue } from '@treadle/queue'
import { analyseRun, describeRun } from '@treadle/report'
import { showWarning } from '../../data/load.ts'
import type { Ui } from '../../terminal/ui.ts'
import { existingRun, isComplete } from './ensure-run.ts'

/**
 * Has the workers of a queue train runs, all at once, until they are finished or the command is stopped.
 * @param recipes by the run directory
 * @throws the first error of a run, which ends the others
 */
export async function trainInQueue(
  queue: TrialQueue,
  recipes: ReadonlyMap<string, Recipe>,
  ui: Ui,
): Promise<void> {
  // A mistake is found before the first job.
  for (const [directory, recipe] of recipes) await existingRun(recipe, directory, ui)
  const failed = new AbortController()
  const signal = AbortSignal.any([ui.context.signal, failed.signal])
  const total = [...recipes.values()].reduce((sum, recipe) => sum + plannedEpochs(recipe), 0)
  const began = performance.now()
  let epochs = 0
  const show = () =>
    ui.progress.update({
      label: `${recipes.size} runs`,
      value: epochs,
      total,
      counted: `epoch ${epochs} of ${total}`,
      rate: (1000 * epochs) / (performance.now() - began),
    })
  const train = async (directory: string, recipe: Recipe) => {
    const known = await existingRun(recipe, directory, ui)
    signal.throwIfAborted()
    const { run } = await queue.runTrial({
      recipe,
      directory,
      test: true,
      signal,
      pruning: new AbortController().signal,
      onEpoch: async () => {
        epochs += 1
        show()
      },
      onEvent: async (event) => {
        if (event.type === 'warning') showWarning(event.warning, ui)
      },
    })
    if (known === undefined || !isComplete(known) || !(await hasReport(known)))
      await writeReportFiles(run, describeRun(analyseRun(await readRunReport(run))))
  }
  // Says when no worker is connected.
  const watching = setInterval(() => void queue.capacity().catch(() => {}), 1000)
  const runs = [...recipes].map(async ([directory, recipe]) => {
    try {
      await train(directory, recipe)
    } catch (error) {
      // The others end with this reason.
      failed.abort(error)
      throw error
    }
  })
  await Promise.allSettled(runs)
  clearInterval(watching)
  ui.progress.clear()
  if (ui.context.signal.aborted) return
  if (failed.signal.aborted) throw failed.signal.reason
}

/** Whether the files of its report are there: a command that is killed may leave a finished run without them. */
async function hasReport(run: Run): Promise<boolean> {
  const found = await run.list('')
  const listed = Object.keys(run.record.files ?? {}).filter((name) => !name.includes('/'))
  return found.includes('report.html') && listed.every((name) => found.includes(name))
}
