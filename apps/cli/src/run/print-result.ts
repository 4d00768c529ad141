import type { RunResult } from '@treadle/experiment'
import { renderResult } from '../report/print.ts'
import { displayPath } from '../terminal/display-path.ts'
import type { Ui } from '../terminal/ui.ts'
import { wrap } from '../terminal/wrap.ts'
import { trainJson } from './json.ts'

/** Prints the metrics of a finished run and lists its files. Nothing for an aborted run. */
export function printResult({ run, analysis, report, files = [] }: RunResult, ui: Ui): void {
  if (report === undefined || analysis === undefined) return
  ui.result(renderResult(run, report, ui), () => trainJson(run, analysis))
  const { bold, dim } = ui.out.colors
  const names = ['model/', 'predictions.csv', 'history.jsonl', ...files].join('  ')
  const lines = wrap(names, Math.min(ui.out.columns, 100)).map((line) => dim(line))
  ui.print(`${bold('Saved in')} ${displayPath(run.location, ui.context.cwd)}\n${lines.join('\n')}\n`)
}
