import { type Run, openRun, readComparison } from '@treadle/experiment'
import {
  analyseComparison,
  describeComparison,
  renderReportHtml,
  renderReportMarkdown,
  renderReportText,
} from '@treadle/report'
import { resolve } from 'node:path'
import { UsageError } from '../../errors.ts'
import { imagesOfRun } from '../../report/images-of-run.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { textOptions } from '../../terminal/text-options.ts'
import { createUi } from '../../terminal/ui.ts'
import { wrap } from '../../terminal/wrap.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { assertFree, writeFiles } from './files.ts'
import { comparisonJson } from './json.ts'

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const ui = createUi(args, context)
  const locations = [...new Set(args.run.map((word) => resolve(context.cwd, word)))]
  if (locations.length < 2 || locations.length > 50)
    throw new UsageError(
      `compare takes 2 to 50 different run directories, got ${locations.length}. treadle runs lists those in a folder.`,
    )
  const path = (file: string | undefined) => (file === undefined ? undefined : resolve(context.cwd, file))
  const files = { html: path(args.html), markdown: path(args.markdown) }
  if (files.html !== undefined && files.html === files.markdown)
    throw new UsageError('`--html` and `--markdown` name the same file. Give each its own.')
  if (!args.force) await assertFree(files)
  const runs: Run[] = []
  for (const location of locations) runs.push(await openRun(location))
  // Only the HTML file shows images.
  const images = files.html === undefined ? undefined : (run: Run) => imagesOfRun(run.record, ui)
  const analysis = analyseComparison(await readComparison(runs, images))
  const report = describeComparison(analysis)
  const written = await writeFiles([
    [files.html, () => renderReportHtml(report)],
    [files.markdown, () => renderReportMarkdown(report)],
  ])
  const names = written.map((file) => displayPath(file, context.cwd)).join('  ')
  const end = names === '' ? [] : wrap(`${ui.out.colors.bold('Written')} ${names}`, ui.out.columns)
  const text = ui.quiet
    ? `${[report.headline, report.comparison ?? []].flat().join('\n')}\n`
    : `${[renderReportText(report, textOptions(ui.out)), ...end].join('\n').trimEnd()}\n`
  ui.result(text, () => ({ ...comparisonJson(analysis, runs), files: written }))
}
