import { type RunAnalysis, analyseRun, describeRun, renderReportText } from '@treadle/report'
import {
  REPORT_FORMATS,
  type Run,
  type WeightsChoice,
  loadRunData,
  openRun,
  readRunReport,
  writeReportFiles,
} from '@treadle/experiment'
import type { ImageDataset } from '@treadle/core'
import { resolve } from 'node:path'
import { weightsOption } from '../../arguments/options.ts'
import { choice } from '../../arguments/values.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { textOptions } from '../../terminal/text-options.ts'
import { wrap } from '../../terminal/wrap.ts'
import { loadData } from '../../data/load.ts'
import { evaluateRun } from '../../run/evaluate-run.ts'
import { type Ui, createUi } from '../../terminal/ui.ts'
import { trainJson } from '../../run/json.ts'
import { imagesOfRun } from '../../report/images-of-run.ts'

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const formats =
    args.format === undefined ? REPORT_FORMATS : [choice('--format', args.format, REPORT_FORMATS)]
  const ui = createUi(args, context)
  const run = await openRun(resolve(context.cwd, args.run))
  const images = await imagesOfRun(run.record, ui)
  const analysis = await analysisOf(run, weightsOption(args.weights), images, ui)
  const report = describeRun(analysis)
  const files = await writeReportFiles(run, report, formats)
  const place = displayPath(run.location, context.cwd)
  const text = ui.quiet ? '' : `${renderReportText(report, textOptions(ui.out))}\n`
  const written = wrap(`${ui.out.colors.bold('Written')} ${files.join('  ')} in ${place}`, ui.out.columns)
  ui.result(`${text}${written.join('\n')}\n`, () => ({
    ...trainJson(run, analysis),
    files,
  }))
}

/** What the run's files say of its test; with other weights, what a test of them says. */
async function analysisOf(
  run: Run,
  weights: WeightsChoice | undefined,
  images: ImageDataset | undefined,
  ui: Ui,
): Promise<RunAnalysis> {
  if (weights === undefined) return analyseRun(await readRunReport(run, images))
  const data = () => loadData((options) => loadRunData(run.record.recipe, options, run.record), ui)
  return (await evaluateRun(run, data, { weights }, ui)).analysis
}
