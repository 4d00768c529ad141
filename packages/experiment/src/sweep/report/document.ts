import { higherIsBetter } from '@treadle/core'
import type { Block, ReportDocument, Table } from '@treadle/report'
import { textOf } from '../../recipe/flags.ts'
import { sweepParameters } from '../parse.ts'
import type { SweepResult } from '../run-sweep.ts'
import { confirmationBlocks } from './confirmation.ts'
import { historyFigure, importanceFigure, parallelFigure } from './figures.ts'
import { FEWEST, importanceOf } from './importance.ts'

/** Describes a sweep as data that every renderer of reports takes: history, importance, parallel coordinates, trials. */
export function sweepReport(result: SweepResult): ReportDocument {
  const { sweep, trials, ranking, confirmations } = result
  const { name, objective, sampler, seed, pruner } = sweep
  const { metric, of } = objective
  const [best] = ranking
  const parameters = sweepParameters(sweep)
  const importance = importanceOf(parameters, ranking)
  const count = (state: string) => String(trials.filter((trial) => trial.state === state).length)
  const value = best?.value?.toFixed(4) ?? '–'
  const figures: readonly (readonly [id: string, title: string, blocks: readonly Block[]])[] = [
    ['history', 'History', [historyFigure(trials, objective)]],
    [
      'importance',
      'Importance of the fields',
      importance === undefined
        ? [
            {
              kind: 'prose',
              text: `Fewer than ${FEWEST} trials are complete: they do not say which fields matter.`,
            },
          ]
        : [
            {
              kind: 'prose',
              text: 'How much the values of each field in the best quarter of the trials differ from those in all of them (PED-ANOVA). A field with a high share decides whether a trial is good.',
            },
            importanceFigure(importance),
          ],
    ],
    ['parallel', 'Parallel coordinates', [parallelFigure(parameters, ranking, objective)]],
  ]
  return {
    title: `Sweep ${name}`,
    result: { value, name: `${higherIsBetter(metric) ? 'highest' : 'lowest'} ${metric}` },
    headline:
      best === undefined
        ? 'No trial is complete.'
        : `Trial ${best.number} has the best ${metric} of the ${of} epoch, ${value}.`,
    warnings: [],
    setup: [
      [
        'Trials',
        `${trials.length}: ${count('complete')} complete, ${count('pruned')} pruned, ${count('failed')} failed`,
      ],
      ['Sampler', `${sampler}, seed ${seed}`],
      ['Pruner', pruner?.name ?? 'none'],
    ],
    sections: [
      ...(confirmations.length === 0
        ? []
        : [
            {
              id: 'confirmation',
              title: 'Test over several seeds',
              blocks: confirmationBlocks(confirmations),
            },
          ]),
      ...(best === undefined ? [] : figures.map(([id, title, blocks]) => ({ id, title, blocks }))),
      { id: 'trials', title: 'Trials', blocks: [trialsTable(result)] },
    ],
  }
}

/** The complete trials, the best first, and then the others. */
function trialsTable({ sweep, trials, ranking }: SweepResult): Table {
  const parameters = sweepParameters(sweep)
  const ended = [...ranking, ...trials.filter((trial) => trial.value === undefined)]
  return {
    kind: 'table',
    title: 'Trials, the best first',
    columns: ['trial', sweep.objective.metric, ...parameters.map(({ path }) => path)].map((heading) => ({
      heading,
      align: 'right',
    })),
    rows: ended.map((trial) => [
      String(trial.number),
      trial.value?.toFixed(4) ?? trial.state,
      ...parameters.map(({ path }) => (Object.hasOwn(trial.values, path) ? textOf(trial.values[path]) : '–')),
    ]),
  }
}
