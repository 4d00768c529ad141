import type { RunResult } from '@treadle/experiment'
import { plannedEpochs } from '@treadle/experiment/recipe'
import { ExitCode } from '../../errors.ts'
import { resumeLine } from '../../run/command-line.ts'
import type { TrainTask } from '../../run/task.ts'
import { trainRun } from '../../run/train-run.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { plural } from '../../terminal/format.ts'
import type { Ui } from '../../terminal/ui.ts'
import { nextSteps } from './next-steps.ts'

/** Trains one run and prints what to do next. @returns the exit code, unless the run was stopped */
export async function train(task: TrainTask, ui: Ui): Promise<number | void> {
  const result = await trainRun(task, ui)
  const { run, stopped } = result
  if (stopped === 'aborted') return tellStopped(result, ui)
  ui.print(nextSteps(run.location, run.record.dataset.kind, ui))
  return ExitCode.ok
}

function tellStopped({ run, state }: RunResult, ui: Ui): void {
  const epochs = plannedEpochs(run.record.recipe)
  const { epoch, step } = state()
  const { cwd } = ui.context
  const where =
    step === 0
      ? `after ${epoch} of ${plural(epochs, 'epoch')}`
      : `in epoch ${epoch + 1} of ${epochs}, after ${plural(step, 'step')}`
  ui.notice(
    `\nStopped ${where}. A checkpoint, the model and the history are saved in\n` +
      `  ${displayPath(run.location, cwd)}\n` +
      `Continue with\n  ${ui.out.colors.bold(resumeLine(run.location, cwd))}\n`,
  )
}
