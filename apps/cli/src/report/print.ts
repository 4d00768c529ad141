import { type ReportDocument, renderSectionsText } from '@treadle/report'
import type { RunRecord } from '@treadle/experiment'
import { displayPath } from '../terminal/display-path.ts'
import { duration } from '../terminal/format.ts'
import { textOptions } from '../terminal/text-options.ts'
import { type Ui, banner } from '../terminal/ui.ts'
import { wrap } from '../terminal/wrap.ts'

const LABELS: Readonly<Record<string, string>> = { mae: 'MAE', rmse: 'RMSE', r2: 'R²' }

/** The sections of the report that a run ends with. With a baseline its epochs join them. */
const SECTIONS = ['scores', 'confusion', 'classes']

/** What the result shows of a run besides its report. */
interface ShownRun {
  readonly location: string
  /** `seconds` of training, if they are known. */
  readonly record: Pick<RunRecord, 'test'> & Partial<Pick<RunRecord, 'seconds'>>
  /** The test-time augmentation of the test. */
  readonly tta?: string | undefined
}

/**
 * What a person reads after a run: its test metrics, how they compare with the baseline, and some sections of the
 * report. With --quiet the result in one line.
 */
export function renderResult(
  { record, location, tta }: ShownRun,
  { comparison, sections, setup, warnings }: ReportDocument,
  { context, out, quiet }: Ui,
): string {
  const { bold, dim } = out.colors
  const summary = Object.entries(record.test ?? {})
    .map(([name, value]) => `${LABELS[name] ?? name} ${value.toFixed(4)}`)
    .join('  ')
  if (quiet) return `${summary}  ${displayPath(location, context.cwd)}\n`
  const wanted = comparison === undefined ? SECTIONS : ['training', ...SECTIONS]
  const shown = sections.filter(({ id }) => wanted.includes(id))
  const options = textOptions(out)
  const notes = [
    ...(tta === undefined ? [] : [`test-time augmentation ${tta}`]),
    ...(record.seconds === undefined ? [] : [`trained in ${duration(record.seconds)}`]),
  ]
  return [
    `\n${bold('Test')}  ${summary}${notes.map((note) => `  ${dim(note)}`).join('')}\n`,
    ...setup.filter(([name]) => name === 'Best epoch').map(([name, text]) => `${dim(`${name}  ${text}`)}\n`),
    comparison === undefined ? '' : `${wrap(comparison, options.width ?? 80).join('\n')}\n`,
    `\n${renderSectionsText(shown, options)}`,
    ...warnings.map(({ title, text }) => banner(title.toUpperCase(), text, out)),
    '\n',
  ].join('')
}
