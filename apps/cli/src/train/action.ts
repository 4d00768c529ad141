import { resolve } from 'node:path'
import type { Invocation } from '../command.ts'
import type { trainArgs } from '../commands/train.ts'
import { UsageError } from '../errors.ts'
import { createUi } from '../terminal/ui.ts'
import { epochsOption, trainRequest } from './request.ts'
import { threadCount } from '../arguments/values.ts'
import { type TrainWish, trainRun } from './train-run.ts'

/** What may be said beside `--resume`: everything else is as the run was begun. */
const RESUMABLE = new Set(['resume', 'epochs', 'threads', 'json', 'quiet'])

export async function trainAction(invocation: Invocation<typeof trainArgs>): Promise<void> {
  const wish = readWish(invocation)
  await trainRun(wish, createUi(invocation.args, invocation.context))
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
