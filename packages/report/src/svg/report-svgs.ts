import { analyseRun } from '../facts.ts'
import type { RunReport } from '../run-report.ts'
import { classBarsFigure } from './class-bars.ts'
import { confusionFigure } from './confusion.ts'
import { curvesFigure } from './curves.ts'
import { type Figure, standaloneSvg } from './figure.ts'
import { reliabilityFigure } from './reliability.ts'
import { scatterFigure } from './scatter.ts'

/**
 * Draw every figure that the report has the data for.
 * @returns standalone SVG files by name: `accuracy.svg`, `loss.svg`, `confusion-matrix.svg` …
 * @throws TreadleError `REPORT_BAD_INPUT` where the report's shapes disagree
 */
export function renderReportSvgs(report: RunReport): Record<string, string> {
  const { history, reference } = report
  const run = analyseRun(report)
  const figures: Record<string, Figure | undefined> = {
    'accuracy.svg': curvesFigure(history, 'accuracy', reference),
    'loss.svg': curvesFigure(history, 'loss', reference),
    'mae.svg': curvesFigure(history, 'mae', reference),
  }
  if (run?.kind === 'classifier') {
    figures['confusion-matrix.svg'] = confusionFigure(run.analysis.matrix, run.test.classNames)
    figures['classes.svg'] = classBarsFigure(run.analysis.report, reference)
    figures['reliability.svg'] = reliabilityFigure(run.analysis.calibration)
  }
  if (run?.kind === 'regressor') figures['predictions.svg'] = scatterFigure(run.test)
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, figure]) => (figure ? [[name, standaloneSvg(figure)]] : [])),
  )
}
