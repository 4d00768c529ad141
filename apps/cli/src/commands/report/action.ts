import { analyseRun, describeRun, renderReportText } from '@treadle/report'
import { models } from '@treadle/model'
import { resolve } from 'node:path'
import { choice } from '../../arguments/values.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { RunDirectory } from '../../run-directory/run-directory.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { textOptions } from '../../terminal/text-options.ts'
import { createUi } from '../../terminal/ui.ts'
import { trainJson } from '../../run/json.ts'
import { REPORT_FORMATS, writeReportFiles } from '../../report/files.ts'
import { comparableReference } from '../../report/reference.ts'
import { readRunReport } from '../../report/run-report.ts'
import { testImages } from '../../report/test-images.ts'

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const formats =
    args.format === undefined ? REPORT_FORMATS : [choice('--format', args.format, REPORT_FORMATS)]
  const ui = createUi(args, context)
  const directory = await RunDirectory.open(resolve(context.cwd, args.run))
  const { record } = directory
  const reference = comparableReference(
    models.get(record.request.model) ?? {},
    record.dataset.source,
    record.request,
  )
  const images =
    formats.includes('html') || formats.includes('svg') ? await testImages(record, ui) : undefined
  const analysis = analyseRun(await readRunReport(directory, { reference, images }))
  const report = describeRun(analysis)
  const files = await writeReportFiles(directory, report, formats)
  const place = displayPath(directory.path, context.cwd)
  const text = ui.quiet ? '' : `${renderReportText(report, textOptions(ui.out))}\n`
  ui.result(`${text}${ui.out.colors.bold('Written')} ${files.join('  ')} in ${place}\n`, () => ({
    ...trainJson(directory, analysis),
    files,
  }))
}
