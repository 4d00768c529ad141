import { isTreadleError } from '@treadle/core'
import { type RunSummary, filterRuns, listRuns, sortRuns } from '@treadle/experiment'
import { resolve } from 'node:path'
import { UsageError } from '../../errors.ts'
import type { Invocation } from '../command.ts'
import { createUi } from '../../terminal/ui.ts'
import type { definition } from './definition.ts'
import { runJson } from './json.ts'
import { runsText } from './table.ts'

export async function action({ args, given, context }: Invocation<typeof definition>): Promise<void> {
  const ui = createUi(args, context)
  const folder = resolve(context.cwd, args.folder)
  const found = await listRuns(folder).catch((error: unknown) => {
    // Before a first run there is no default folder.
    if (!given.has('folder') && isTreadleError(error) && error.code === 'EXPERIMENT_FOLDER_MISSING') return []
    throw error
  })
  const runs = chosen(found, args.sort, args.filter)
  ui.result(runsText(runs, { folder, found: found.length, ui }), () => ({
    folder,
    runs: runs.map(runJson),
  }))
}

function chosen(found: readonly RunSummary[], sort: string, filter: string | undefined): RunSummary[] {
  try {
    const sorted = sortRuns(found, sort)
    return filter === undefined ? sorted : filterRuns(sorted, filter)
  } catch (error) {
    throw isTreadleError(error) && error.code === 'EXPERIMENT_BAD_QUERY'
      ? new UsageError(error.message)
      : error
  }
}
