import { resolve } from 'node:path'
import { threadCount } from '../../arguments/values.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { UsageError } from '../../errors.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { plural } from '../../terminal/format.ts'
import { type Ui, createUi } from '../../terminal/ui.ts'
import { epochsOption } from '../../arguments/options.ts'
import { resumeLine } from '../../run/command-line.ts'
import { nextSteps } from './next-steps.ts'
import { trainRequest } from './request.ts'
import type { TrainTask } from '../../run/task.ts'
import { type FinishedRun, trainRun } from '../../run/train-run.ts'

/** The arguments that may stand beside `--resume`. All others keep the values of the run. */
const RESUMABLE = new Set(['resume', 'epochs', 'threads', 'json', 'quiet'])

export async function action(invocation: Invocation<typeof definition>): Promise<void> {
  const task = readTask(invocation)
  const ui = createUi(invocation.args, invocation.context)
  const run = await trainRun(task, ui)
  const { path, record } = run.directory
  if (run.outcome.stopped === 'aborted') tellStopped(run, ui)
  else ui.print(nextSteps(path, record.dataset.kind, ui))
}

function tellStopped({ directory, outcome }: FinishedRun, ui: Ui): void {
  const { epochs } = directory.record.request
  const { epoch, step } = outcome.state()
  const { cwd } = ui.context
  const where =
    step === 0
      ? `after ${epoch} of ${plural(epochs, 'epoch')}`
      : `in epoch ${epoch + 1} of ${epochs}, after ${plural(step, 'step')}`
  ui.notice(
    `\nStopped ${where}. A checkpoint, the model and the history are saved in\n` +
      `  ${displayPath(directory.path, cwd)}\n` +
      `Continue with\n  ${ui.out.colors.bold(resumeLine(directory.path, cwd))}\n`,
  )
}

function readTask({ args, given, context }: Invocation<typeof definition>): TrainTask {
  if (args.resume === undefined) {
    const request = trainRequest(args, context.cwd)
    return {
      request,
      ...(args.out !== undefined && { out: resolve(context.cwd, args.out) }),
      force: args.force,
    }
  }
  const other = [...given].find((name) => !RESUMABLE.has(name))
  if (other !== undefined) {
    const what = other === 'model' ? `The model (${args.model})` : `\`--${other}\``
    throw new UsageError(
      `${what} cannot change with --resume: the run continues with its own settings. ` +
        'Leave it out, or start a new run without --resume. Only --epochs and --threads may change.',
    )
  }
  return {
    resume: resolve(context.cwd, args.resume),
    ...(given.has('epochs') && { epochs: epochsOption(args.epochs) }),
    ...(given.has('threads') && { threads: threadCount('--threads', args.threads) }),
  }
}
