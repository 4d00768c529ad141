import { type RecipeRateTest, rateTestFigure } from '@treadle/experiment'
import { type ReportDocument, renderReportHtml, renderReportMarkdown, standaloneSvg } from '@treadle/report'
import { extname } from 'node:path'
import { UsageError } from '../../errors.ts'
import { resultJson } from '../../terminal/ui.ts'

type Render = (test: RecipeRateTest, report: ReportDocument) => string

/** A file of a test of learning rates by its ending. */
const formats: Readonly<Record<string, Render>> = {
  '.html': (_, report) => renderReportHtml(report),
  '.svg': (test) => standaloneSvg(rateTestFigure(test)),
  '.md': (_, report) => renderReportMarkdown(report),
  '.json': (test) => `${resultJson(rateTestJson(test), 2)}\n`,
}

/** @throws UsageError */
export function formatOf(file: string): Render {
  const format = formats[extname(file).toLowerCase()]
  if (format !== undefined) return format
  throw new UsageError(`\`--out\` (=${file}) must be a file that ends in ${Object.keys(formats).join(', ')}.`)
}

/** A test of learning rates as `treadle lr-find --json` prints it. */
export function rateTestJson({ recipe, dataset, suggestion, minimumTenth, ...test }: RecipeRateTest) {
  const { rates, losses, smoothed, stopped, executor } = test
  return {
    suggestion: suggestion ?? null,
    minimumTenth: minimumTenth ?? null,
    stopped,
    rates,
    losses,
    smoothed,
    executor,
    dataset,
    recipe,
  }
}
