import { joinSweep } from '@treadle/experiment/sweep'
import { basename, dirname, resolve } from 'node:path'
import { loggersOf } from '../../arguments/loggers.ts'
import { workerCount, workerOptions } from '../../arguments/worker-args.ts'
import { UsageError } from '../../errors.ts'
import { createUi } from '../../terminal/ui.ts'
import type { Invocation } from '../command.ts'
import { SweepDisplay } from '../sweep/display.ts'
import { sweepJson } from '../sweep/json.ts'
import { writeSweepReport } from '../sweep/report-file.ts'
import { sweepText } from '../sweep/table.ts'
import type { definition } from './definition.ts'
import { takeJobs } from './take-jobs.ts'

/** The file that a sweep writes in its folder. */
const JOURNAL = 'journal.log'

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const { journal } = args
  if (args.queue !== '') return takeJobs({ args, context })
  const ofQueue = (['checkpoints', 'data-root'] as const).find((name) => args[name] !== undefined)
  if (ofQueue !== undefined) throw new UsageError(`\`--${ofQueue}\` needs the URL of a queue.`)
  if (journal === undefined || basename(journal) !== JOURNAL)
    throw new UsageError(
      `\`--journal\`${journal === undefined ? '' : ` (=${journal})`} must be the ${JOURNAL} in the folder of a sweep; or give the URL of a queue, redis://HOST:PORT. Begin a sweep with treadle sweep.`,
    )
  const ui = createUi(args, context)
  const { signal, cwd } = context
  try {
    const result = await joinSweep(dirname(resolve(cwd, journal)), {
      signal,
      workers: workerCount(args.workers),
      wait: args.wait ?? false,
      onEvent: new SweepDisplay(ui).show,
      loggers: await loggersOf(args.log, cwd),
      ...workerOptions(args),
    })
    if (result.stopped === 'aborted') ui.notice('The workers have left the sweep.')
    else {
      await writeSweepReport(result)
      ui.result(sweepText(result, ui), () => sweepJson(result))
    }
  } finally {
    ui.progress.clear()
  }
}
