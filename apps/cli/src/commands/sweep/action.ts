import { resumeSweep, runSweep } from '@treadle/experiment/sweep'
import { resolve } from 'node:path'
import { loggersOf } from '../../arguments/loggers.ts'
import { connectedQueue } from '../../arguments/queue-args.ts'
import { wholeNumber } from '../../arguments/values.ts'
import { workerCount, workerOptions } from '../../arguments/worker-args.ts'
import { UsageError } from '../../errors.ts'
import { sweepDirectoryName } from '../../run/directory-name.ts'
import { createUi } from '../../terminal/ui.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { SweepDisplay } from './display.ts'
import { sweepJson } from './json.ts'
import { readSweepFile } from './read-sweep.ts'
import { writeSweepReport } from './report-file.ts'
import { stoppedText, sweepText } from './table.ts'

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const ui = createUi(args, context)
  const { cwd, signal } = context
  if (args.resume && args.out !== undefined)
    throw new UsageError('`--out` cannot be combined with --resume: the sweep continues in its own folder.')
  if (args.workers === undefined && (args.threads ?? args.patience) !== undefined)
    throw new UsageError('`--threads` and `--patience` need --workers.')
  if (args.queue !== undefined && (args.workers !== undefined || args.log.length > 0))
    throw new UsageError(
      `\`--queue\` cannot be combined with ${args.workers === undefined ? '--log' : '--workers'}: the trials run on other machines.`,
    )
  const shared = {
    signal,
    onEvent: new SweepDisplay(ui).show,
    loggers: await loggersOf(args.log, cwd),
    ...(args.workers !== undefined && { workers: workerCount(args.workers) }),
    ...workerOptions(args),
    ...(args.confirm !== undefined && {
      confirm: wholeNumber('--confirm', args.confirm, { min: 2, max: 100 }),
    }),
    ...(args.trials !== undefined && { trials: wholeNumber('--trials', args.trials, { min: 1 }) }),
  }
  const path = resolve(cwd, args.file)
  const remote = await connectedQueue(args, ui)
  const options = { ...shared, ...(remote && { remote }) }
  const begin = async () => {
    const sweep = await readSweepFile(path)
    return runSweep(sweep, resolve(cwd, args.out ?? sweepDirectoryName(sweep.name, new Date())), options)
  }
  try {
    const result = await (args.resume ? resumeSweep(path, options) : begin())
    if (result.stopped === 'aborted') ui.notice(stoppedText(result, args, ui))
    else {
      await writeSweepReport(result)
      ui.result(sweepText(result, ui), () => sweepJson(result))
    }
  } finally {
    ui.progress.clear()
    await remote?.close()
  }
}
