import { rateTestReport, testLearningRates } from '@treadle/experiment'
import { renderReportText } from '@treadle/report'
import { resolve } from 'node:path'
import { readRecipe, withDataPath } from '../../arguments/recipe.ts'
import { positiveNumber, wholeNumber } from '../../arguments/values.ts'
import { UsageError } from '../../errors.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { textOptions } from '../../terminal/text-options.ts'
import { createUi } from '../../terminal/ui.ts'
import type { Invocation } from '../command.ts'
import { assertFree, writeFiles } from '../compare/files.ts'
import type { definition } from './definition.ts'
import { rateTestDisplay } from './display.ts'
import { formatOf, rateTestJson } from './formats.ts'

export async function action({ args, given, context }: Invocation<typeof definition>): Promise<void> {
  const from = positiveNumber('--from', args.from)
  const to = positiveNumber('--to', args.to)
  if (to <= from) throw new UsageError(`\`--to\` (=${args.to}) must be greater than --from (=${args.from}).`)
  const steps = wholeNumber('--steps', args.steps, { min: 20, max: 100_000 })
  const files = args.out.map((file) => ({ path: resolve(context.cwd, file), render: formatOf(file) }))
  if (!args.force) for (const { path } of files) await assertFree({ out: path })
  const words = { args, given, cwd: context.cwd }
  const recipe = withDataPath(await readRecipe(words), words)
  const ui = createUi(args, context)
  const { signal } = context
  const test = await testLearningRates(recipe, {
    from,
    to,
    steps,
    signal,
    onEvent: rateTestDisplay(ui),
  })
  ui.progress.clear()
  const report = rateTestReport(test)
  const written = await writeFiles(files.map(({ path, render }) => [path, () => render(test, report)]))
  const names = written.map((path) => displayPath(path, context.cwd)).join('  ')
  const text = ui.quiet
    ? `${report.headline}\n`
    : `${renderReportText(report, textOptions(ui.out))}${names === '' ? '' : `\n${ui.out.colors.bold('Written')} ${names}\n`}`
  ui.result(text, () => ({ ...rateTestJson(test), files: written }))
}
