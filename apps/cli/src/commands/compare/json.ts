import type { Run } from '@treadle/experiment'
import type { AnalysedGroup, AnalysedRun, ComparisonAnalysis } from '@treadle/report'

/** A comparison as `treadle compare --json` prints it. Runs are named by their labels. @param opened their directories */
export function comparisonJson(
  { runs, differences, groups }: ComparisonAnalysis,
  opened: readonly Pick<Run, 'location'>[],
) {
  const labels = runs.map(({ label }) => label)
  return {
    runs: runs.map((run, i) => runJson(run, opened[i] as Pick<Run, 'location'>)),
    recipeDifferences: differences.map(({ path, values }) => ({
      path,
      values: Object.fromEntries(values.map((value, i) => [labels[i], value ?? null])),
    })),
    groups: groups.map((group) => groupJson(group, runs)),
  }
}

function runJson({ label, name, report, tested, error }: AnalysedRun, { location }: Pick<Run, 'location'>) {
  return {
    label,
    name,
    runDirectory: location,
    model: report.model.name,
    parameters: report.model.parameters.total,
    dataset: report.dataset.name,
    seed: report.seed,
    epochs: { finished: report.history.loss.length, requested: report.epochs },
    seconds: report.seconds,
    history: report.history,
    ...(report.weightsSha256 !== undefined && { weightsSha256: report.weightsSha256 }),
    ...(tested?.kind === 'classifier' && {
      test: {
        ...lossOf(tested.test),
        ...tested.analysis.interval,
        macroF1: tested.analysis.report.macroAverage.f1,
        logLoss: tested.analysis.logLoss,
        expectedCalibrationError: tested.analysis.calibration.expectedCalibrationError,
        classes: tested.analysis.report.classes.map(
          ({ name: className, precision, recall, f1, support }) => ({
            name: className,
            precision,
            recall,
            f1,
            support,
          }),
        ),
      },
    }),
    ...(tested?.kind === 'regressor' && { test: regressorJson(tested, error) }),
  }
}

function regressorJson(
  { test, analysis: { mae, rmse, r2 } }: Extract<AnalysedRun['tested'], { kind: 'regressor' }>,
  error: AnalysedRun['error'],
) {
  const { low, high, confidence, resamples } = error ?? {}
  return { ...lossOf(test), mae, low, high, confidence, resamples, rmse, r2 }
}

/** Records of earlier versions may lack it. */
const lossOf = ({ loss }: { loss: number }) => (Number.isFinite(loss) ? { loss } : {})

function groupJson(
  { runs: members, differs, pairs, disagreements }: AnalysedGroup,
  runs: readonly AnalysedRun[],
) {
  const labelAt = (index: number) => runs[index]?.label
  const tested = runs[members[0] ?? -1]?.tested
  const classNames = tested?.kind === 'classifier' ? tested.test.classNames : []
  return {
    runs: members.map(labelAt),
    ...(differs !== undefined && { differs }),
    pairs: pairs.map((pair) => ({
      first: labelAt(pair.first),
      second: labelAt(pair.second),
      ...(pair.kind === 'classifier'
        ? { accuracyDifference: pair.difference, ...pair.test, correctedPValue: pair.correctedPValue }
        : { maeDifference: pair.difference }),
    })),
    disagreements: disagreements.map(({ sample, label, answers }) => ({
      sample,
      class: classNames[label],
      predictions: answers.map(({ predicted, confidence }) => ({
        class: classNames[predicted],
        confidence,
      })),
    })),
  }
}
