import type { Block, Cell, Table } from '../../blocks.ts'
import { fixed, percent } from '../../words.ts'
import type { AnalysedRun } from '../analysis.ts'
import type { ComparisonSection } from './section.ts'

export const scores: ComparisonSection = {
  id: 'scores',
  title: 'Test metrics',
  blocks: ({ runs }) => [
    ...tableOf('Classifiers', classifierHeadings, runs, classifierCells),
    ...tableOf('Regressors', regressorHeadings, runs, regressorCells),
  ],
}

const classifierHeadings = [
  'accuracy',
  '95 % interval',
  'macro F1',
  'loss',
  'log loss',
  'calibration error',
] as const

function classifierCells({ tested }: AnalysedRun): Cell[] | undefined {
  if (tested?.kind !== 'classifier') return undefined
  const { interval, report, logLoss, calibration } = tested.analysis
  return [
    percent(interval.accuracy),
    intervalText(interval, (value) => percent(value)),
    fixed(report.macroAverage.f1, 4),
    fixed(tested.test.loss, 4),
    fixed(logLoss, 4),
    percent(calibration.expectedCalibrationError),
  ]
}

const regressorHeadings = ['MAE', '95 % interval', 'RMSE', 'R²', 'loss'] as const

function regressorCells({ tested, error }: AnalysedRun): Cell[] | undefined {
  if (tested?.kind !== 'regressor' || error === undefined) return undefined
  const { mae, rmse, r2 } = tested.analysis
  return [
    fixed(mae, 4),
    intervalText(error, (value) => fixed(value, 4)),
    fixed(rmse, 4),
    fixed(r2, 4),
    fixed(tested.test.loss, 4),
  ]
}

const intervalText = ({ low, high }: { low: number; high: number }, text: (value: number) => string) =>
  `${text(low)} to ${text(high)}`

/** A table of the runs that have cells; nothing if none has. */
function tableOf(
  title: string,
  headings: readonly string[],
  runs: readonly AnalysedRun[],
  cellsOf: (run: AnalysedRun) => Cell[] | undefined,
): Block[] {
  const rows = runs.flatMap((run) => {
    const cells = cellsOf(run)
    return cells === undefined ? [] : [[run.label, ...cells, run.name]]
  })
  if (rows.length === 0) return []
  const table: Table = {
    kind: 'table',
    title: `${title}, with bootstrap intervals over the test samples`,
    columns: [
      { heading: '', align: 'left' },
      ...headings.map((heading) => ({ heading, align: 'right' }) as const),
      { heading: 'run', align: 'left' },
    ],
    rows,
  }
  return [table]
}
