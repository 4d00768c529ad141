import { resolve } from 'node:path'
import { threadCount } from '../arguments/values.ts'
import type { Invocation } from '../command.ts'
import type { trainArgs } from '../commands/train.ts'
import { UsageError } from '../errors.ts'
import { displayPath } from '../terminal/display-path.ts'
import { plural } from '../terminal/format.ts'
import { type Ui, createUi } from '../terminal/ui.ts'
import { epochsOption, resumeLine, trainRequest } from './request.ts'
import { type FinishedRun, type TrainWish, trainRun } from './train-run.ts'

/** What may be said beside `--resume`: everything else is as the run was begun. */
const RESUMABLE = new Set(['resume', 'epochs', 'threads', 'json', 'quiet'])

export async function trainAction(invocation: Invocation<typeof trainArgs>): Promise<void> {
  const wish = readWish(invocation)
  const ui = createUi(invocation.args, invocation.context)
  const run = await trainRun(wish, ui)
  if (run.outcome.stopped === 'aborted') tellStopped(run, ui)
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
    `\nStopped ${where}. Model, history and the state to go on from are kept in\n` +
      `  ${displayPath(directory.path, cwd)}\n` +
      `Go on with\n  ${ui.out.colors.bold(resumeLine(directory.path, cwd))}\n`,
  )
}

function readWish({ args, flags, positionals, context }: Invocation<typeof trainArgs>): TrainWish {
  if (args.resume === undefined) {
    const request = trainRequest(args, context.cwd)
    return {
      request,
      ...(args.out !== undefined && { out: resolve(context.cwd, args.out) }),
      force: args.force ?? false,
    }
  }
  const other = [...flags].find((flag) => !RESUMABLE.has(flag))
  if (other !== undefined || positionals.length > 0) {
    const given = other === undefined ? `the model (${positionals[0]})` : `\`--${other}\``
    throw new UsageError(
      `${given} cannot be chosen with --resume: the run goes on as it was begun. ` +
        'Leave it out, or train anew without --resume. Only --epochs and --threads may change.',
    )
  }
  return {
    resume: resolve(context.cwd, args.resume),
    ...(flags.has('epochs') && { epochs: epochsOption(args.epochs) }),
    ...(flags.has('threads') && { threads: threadCount('--threads', args.threads) }),
  }
}
