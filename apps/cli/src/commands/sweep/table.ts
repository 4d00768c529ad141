import { shellWord } from '@treadle/experiment/recipe'
import type { Confirmation, SweepResult } from '@treadle/experiment/sweep'
import { type Table, formatBlocks } from '@treadle/report'
import { join } from 'node:path'
import { withoutPassword } from '../../arguments/queue-args.ts'
import { displayPath, shortPath } from '../../terminal/display-path.ts'
import { duration, plural } from '../../terminal/format.ts'
import { textOptions } from '../../terminal/text-options.ts'
import type { Ui } from '../../terminal/ui.ts'
import { shortNames, valueText } from './values.ts'

/** Rows of the final table. */
const MOST_ROWS = 10

/** The best trials as a table, and what to do with the first of them. */
export function sweepText(result: SweepResult, { out, context, quiet }: Ui): string {
  const { sweep, trials, ranking, confirmations, directory, stopped } = result
  const { metric } = sweep.objective
  const [best] = ranking
  const failed = trials.filter(({ state }) => state === 'failed').length
  const pruned = trials.filter(({ state }) => state === 'pruned').length
  const summary = [
    plural(trials.length, 'trial'),
    ...(pruned > 0 ? [`${pruned} pruned`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(stopped === 'time' ? ['the time is used up'] : []),
  ].join(', ')
  const waiting = enqueuedText(result, context.cwd)
  if (best === undefined)
    return `${summary}. No trial is complete; see ${displayPath(directory, context.cwd)}.\n${waiting}`
  const line = `Best of ${summary}: trial ${best.number}, ${metric} ${best.value?.toFixed(4)}\n`
  const confirmation = confirmations.find(({ trial }) => trial === best.number)
  const tested = confirmation === undefined ? '' : confirmationText(confirmation)
  if (quiet) return `${line}${tested}${displayPath(best.directory, context.cwd)}\n${waiting}`
  const names = shortNames(sweep)
  const paths = [...names.keys()]
  const table: Table = {
    kind: 'table',
    title: `The best ${Math.min(MOST_ROWS, ranking.length)} of ${plural(trials.length, 'trial')}`,
    columns: [
      { heading: 'trial', align: 'right' },
      { heading: metric, align: 'right' },
      ...paths.map((path) => ({ heading: names.get(path) as string, align: 'right' as const })),
      { heading: 'time', align: 'right' },
    ],
    rows: ranking
      .slice(0, MOST_ROWS)
      .map(({ number, value, values, seconds }) => [
        String(number),
        value?.toFixed(4) ?? '–',
        ...paths.map((path) => (Object.hasOwn(values, path) ? valueText(values[path]) : '–')),
        seconds === undefined ? '–' : duration(seconds),
      ]),
  }
  const { bold, dim } = out.colors
  const steps = [
    confirmation === undefined
      ? [
          `treadle sweep ${shellWord(shortPath(directory, context.cwd))} --resume --confirm 5`,
          'train the best recipe again over 5 seeds, and test it',
        ]
      : [
          `treadle report ${shellWord(shortPath(join(directory, confirmation.runs[0]?.directory ?? ''), context.cwd))}`,
          'the report of its first run',
        ],
    [
      displayPath(join(directory, 'report.html'), context.cwd),
      'history, importance of the fields, parallel coordinates',
    ],
    [`treadle runs ${shellWord(shortPath(directory, context.cwd))}`, 'all runs of the sweep'],
  ]
  const next = steps.map(([command, meaning]) => `  ${dim(`# ${meaning}`)}\n  ${command}`).join('\n')
  return `\n${formatBlocks([table], textOptions(out)).trimEnd()}\n\n${bold(line)}${tested}${waiting}\n${bold('Next')}\n${next}\n`
}

/** What to do with trials that another program has added after the budget was used up. */
function enqueuedText({ enqueued, directory }: SweepResult, cwd: string): string {
  if (enqueued === 0) return ''
  const journal = shellWord(shortPath(join(directory, 'journal.log'), cwd))
  const waits = enqueued === 1 ? 'trial waits' : 'trials wait'
  return `${enqueued} enqueued ${waits}: the budget is used up. A worker with --wait runs such trials:\n  treadle worker --journal ${journal} --wait\n`
}

/** The metrics of a confirmation: accuracy, or the error of a regressor, with its interval. */
function confirmationText({ trial, runs, metrics }: Confirmation): string {
  const name = ['accuracy', 'mae', 'loss'].find((each) => Object.hasOwn(metrics, each)) as string
  const { mean, sd, low, high } = metrics[name] as Confirmation['metrics'][string]
  return (
    `Trial ${trial} over ${runs.length} seeds on the test samples: ${name} ${mean.toFixed(4)} ± ${sd.toFixed(4)} (mean ± sd),\n` +
    `95 % interval of the mean ${low.toFixed(4)} to ${high.toFixed(4)}\n`
  )
}

/** What to say when a signal stopped the sweep. */
export function stoppedText(
  { directory, trials }: SweepResult,
  { confirm, queue, checkpoints }: Record<'confirm' | 'queue' | 'checkpoints', string | undefined>,
  { out, context }: Ui,
): string {
  const done = trials.filter(({ state }) => state !== 'stopped').length
  const folder = shellWord(shortPath(directory, context.cwd))
  const flags = {
    confirm,
    queue: queue && withoutPassword(queue),
    checkpoints: checkpoints && shellWord(checkpoints),
  }
  const words = Object.entries(flags).map(([name, value]) =>
    value === undefined ? '' : ` --${name} ${value}`,
  )
  return `\nStopped after ${plural(done, 'trial')}. Continue with\n  ${out.colors.bold(`treadle sweep ${folder} --resume${words.join('')}`)}\n`
}
