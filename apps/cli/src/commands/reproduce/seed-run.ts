import { type SeedRun, classificationReport, predictedClasses } from '@treadle/metrics'
import { readRunReport } from '../../report/run-report.ts'
import type { RunDirectory } from '../../run-directory/run-directory.ts'

/** Reads what the statistics over seeds need from a finished run. */
export async function readSeedRun(directory: RunDirectory): Promise<SeedRun> {
  const { history, test, seed } = await readRunReport(directory)
  if (test?.kind !== 'classifier') throw new Error(`${directory.path} is not the run of a classifier`)
  const { classNames, labels, probabilities } = test
  const predictions = predictedClasses(probabilities, classNames.length)
  const report = classificationReport(labels, predictions, {
    classNames,
    labels: classNames.map((_, i) => i),
  })
  return { seed, history, report, accuracy: directory.record.test?.['accuracy'] ?? Number.NaN }
}
