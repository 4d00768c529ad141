import type { RunState, RunSummary } from '@treadle/experiment'
import { plannedEpochs } from '@treadle/experiment/recipe'
import { type Cell, type Table, type Tone, formatBlocks } from '@treadle/report'
import { displayPath } from '../../terminal/display-path.ts'
import { plural } from '../../terminal/format.ts'
import { textOptions } from '../../terminal/text-options.ts'
import type { Ui } from '../../terminal/ui.ts'

/** The most important columns first: a narrow terminal leaves out those on the right. */
const columns: Table['columns'] = [
  { heading: 'run', align: 'left' },
  { heading: 'state', align: 'right' },
  { heading: 'test result', short: 'test', align: 'right' },
  { heading: 'best validation', short: 'best val.', align: 'right' },
  { heading: 'epochs', align: 'right' },
  { heading: 'started', align: 'right' },
  { heading: 'weights', align: 'right' },
  { heading: 'model', align: 'left' },
  { heading: 'data', align: 'left' },
]

interface Listed {
  readonly folder: string
  /** Number of runs before the filter. */
  readonly found: number
  readonly ui: Ui
}

/** The runs as a table, and below it why runs are damaged or failed. */
export function runsText(runs: readonly RunSummary[], { folder, found, ui }: Listed): string {
  const { out, context, quiet } = ui
  const place = displayPath(folder, context.cwd)
  if (found === 0) return `There are no runs in ${place}. \`treadle train\` writes one.\n`
  if (runs.length === 0) return `None of the ${plural(found, 'run')} in ${place} fits the filter.\n`
  if (quiet) return runs.map(({ location }) => `${displayPath(location, context.cwd)}\n`).join('')
  const table: Table = {
    kind: 'table',
    title: `${runs.length === found ? '' : `${runs.length} of `}${plural(found, 'run')} in ${place}`,
    columns,
    rows: runs.map((run) => row(run, nameIn(folder, run))),
  }
  const problems = runs.flatMap((run) =>
    run.problem === undefined ? [] : [`${nameIn(folder, run)} (${run.state}): ${run.problem}`],
  )
  const list = problems.length === 0 ? [] : [{ kind: 'list', title: 'Problems', items: problems } as const]
  return `${formatBlocks([table, ...list], textOptions(out)).trimEnd()}\n`
}

const nameIn = (folder: string, { location }: RunSummary) => displayPath(location, folder)

const tones: Partial<Record<RunState, Tone>> = { damaged: 'worse', failed: 'worse', running: 'better' }

function row(run: RunSummary, name: string): Cell[] {
  const { state, record, epochs = 0, best } = run
  const tone = tones[state]
  return [
    name,
    tone === undefined ? state : { text: state, tone },
    value(record?.test?.['accuracy'], record?.test?.['mae']),
    value(best?.val_accuracy, best?.val_mae),
    record === undefined ? '–' : `${epochs}/${plannedEpochs(record.recipe)}`,
    record === undefined ? '–' : localTime(record.startedAt),
    { text: record?.weightsSha256?.slice(0, 8) ?? '–', tone: 'quiet' },
    record?.recipe.model.name ?? '–',
    record?.dataset.name ?? '–',
  ]
}

/** The accuracy; of a regressor the mean absolute error, under its name. */
function value(accuracy: number | undefined, mae: number | undefined): string {
  if (accuracy !== undefined) return accuracy.toFixed(4)
  return mae === undefined ? '–' : `MAE ${mae.toFixed(4)}`
}

const two = (part: number) => String(part).padStart(2, '0')

/** "2026-01-31 14:25", in local time. */
function localTime(text: string): string {
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) return '–'
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`
}
