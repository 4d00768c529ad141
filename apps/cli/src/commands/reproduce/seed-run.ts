import { type SeedRun, classificationReport, predictedClasses } from '@treadle/metrics'
import { type Run, readRunReport } from '@treadle/experiment'

/** Reads what the statistics over seeds need from a finished run. */
export async function readSeedRun(run: Run): Promise<SeedRun> {
  const { history, test, seed } = await readRunReport(run)
  if (test?.kind !== 'classifier') throw new Error(`${run.location} is not the run of a classifier`)
  const { classNames, labels, probabilities } = test
  const predictions = predictedClasses(probabilities, classNames.length)
  const report = classificationReport(labels, predictions, {
    classNames,
    labels: classNames.map((_, i) => i),
  })
  return { seed, history, report, accuracy: run.record.test?.['accuracy'] ?? Number.NaN }
}
