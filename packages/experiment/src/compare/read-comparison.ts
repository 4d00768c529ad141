import { type ImageDataset, TreadleError, checkArgument, isTreadleError } from '@treadle/core'
import type { RunsComparison } from '@treadle/report'
import { checkRuns } from '../store/check-run.ts'
import { historyOf } from '../record/history.ts'
import type { TestOutputs } from '../record/predictions.ts'
import { toRunReport } from '../report/run-report.ts'
import type { Run } from '../store/run.ts'
import { recipeDifferences } from './recipes.ts'
import { testGroups } from './test-data.ts'

/**
 * What is compared of several runs, from their directories alone. A run without a test, or without its
 * `predictions.csv`, is compared by recipe and curves only.
 *
 * @param imagesOf gives the data of a run, for the images on which runs disagree, if they are available
 * @throws TreadleError `EXPERIMENT_RUN_INVALID`, `CORE_BAD_ARGUMENT`
 * @example
 * const runs = await Promise.all(['runs/a', 'runs/b'].map(openRun))
 * console.log(renderReportText(describeComparison(await readComparison(runs))))
 */
export async function readComparison(
  runs: readonly Run[],
  imagesOf?: (run: Run) => Promise<ImageDataset | undefined>,
): Promise<RunsComparison> {
  checkRuns('readComparison', runs)
  if (imagesOf !== undefined) checkArgument('readComparison', 'imagesOf', imagesOf, 'function')
  const read = await Promise.all(
    runs.map(async (run) => {
      const outputs = run.record.test === undefined ? undefined : await readOutputs(run)
      return { run, record: run.record, outputs, history: historyOf(await run.readHistory()) }
    }),
  )
  const groups = testGroups(read)
  // The first group's test samples are shown.
  const shown = groups[0]?.runs.length === 1 ? undefined : groups[0]?.runs[0]
  const showsImages = shown !== undefined && read[shown]?.outputs?.kind === 'classifier'
  const images = showsImages ? await imagesOf?.(runs[shown] as Run) : undefined
  const names = namesOf(runs)
  const reported = read.map(async ({ record, outputs, history }, i) => {
    const loss = record.test?.['loss'] ?? Number.NaN
    const test = outputs && { ...outputs, loss, ...(i === shown && images && { images: images.test }) }
    return { name: names[i] as string, report: await toRunReport(record, { history, ...(test && { test }) }) }
  })
  return {
    runs: await Promise.all(reported),
    differences: recipeDifferences(read.map(({ record }) => record.recipe)),
    groups,
  }
}

/** Of several runs, a message says which one is damaged. */
async function readOutputs(run: Run): Promise<TestOutputs | undefined> {
  try {
    return await run.readPredictions()
  } catch (error) {
    if (!isTreadleError(error)) throw error
    throw new TreadleError(error.code, `${run.location}: ${error.message}`, { cause: error })
  }
}

/** The last part of each location, or the location where several runs have the same last part. */
function namesOf(runs: readonly Run[]): string[] {
  const last = runs.map(({ location }) => location.split(/[\\/]/).at(-1) ?? location)
  return runs.map(({ location }, i) => {
    const name = last[i] as string
    return last.filter((other) => other === name).length > 1 ? location : name
  })
}
