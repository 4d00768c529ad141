import { higherIsBetter } from '@treadle/core'
import type { BarsFigure, CurvesFigure, ParallelAxis, ParallelFigure } from '@treadle/report'
import { textOf } from '../../recipe/flags.ts'
import type { Parameter } from '../parameters.ts'
import type { Sweep } from '../schema.ts'
import type { SweepTrial } from '../trial.ts'
import { placeOf } from './place.ts'

/** The objective of each complete trial, and the best so far. */
export function historyFigure(trials: readonly SweepTrial[], { metric }: Sweep['objective']): CurvesFigure {
  const values = trials.flatMap(({ value }) => value ?? [])
  const pick = higherIsBetter(metric) ? Math.max : Math.min
  const best = values.map((_, i) => pick(...values.slice(0, i + 1)))
  return {
    kind: 'curves',
    name: 'history',
    title: metric,
    label: `${metric} of the complete trials in order, and the best so far.`,
    xLabel: 'complete trial',
    series: [
      { name: 'trial', owner: 0, phase: 'training', values },
      { name: 'best so far', owner: 1, phase: 'validation', values: best },
    ],
  }
}

/** The last word of a field's path: all of them fit into a figure. */
const shortName = (path: string) =>
  path
    .replace(/\.name$/, '')
    .split('.')
    .at(-1) ?? path

export function importanceFigure(importance: ReadonlyMap<string, number>): BarsFigure {
  return {
    kind: 'bars',
    name: 'importance',
    title: 'Importance',
    label: 'How much each field decides whether a trial is among the best quarter.',
    bars: [...importance].map(([path, value]) => ({
      name: shortName(path),
      value,
      text: `${(100 * value).toFixed(1)} %`,
    })),
  }
}

/** A line for each complete trial across its values and its objective. @param ranking the best first */
export function parallelFigure(
  parameters: readonly Parameter[],
  ranking: readonly SweepTrial[],
  { metric }: Sweep['objective'],
): ParallelFigure {
  const values = ranking.map(({ value }) => value as number)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const share = (value: number) => (high === low ? 0.5 : (value - low) / (high - low))
  return {
    kind: 'parallel',
    name: 'parallel-coordinates',
    title: 'Parallel coordinates',
    label: `A line for each complete trial across its values and ${metric}; better trials are stronger, the best is highlighted.`,
    axes: [
      ...parameters.map(axisOf),
      { name: metric, ticks: [low, high].map((value) => ({ at: share(value), text: value.toFixed(4) })) },
    ],
    lines: ranking.map(({ number, value, values: chosen }, rank) => ({
      name: `trial ${number}: ${metric} ${value?.toFixed(4)}`,
      at: [
        ...parameters.map((parameter) => placeOf(parameter, chosen[parameter.path])),
        share(value as number),
      ],
      strength: ranking.length === 1 ? 1 : 1 - rank / (ranking.length - 1),
    })),
  }
}

function axisOf(parameter: Parameter): ParallelAxis {
  const { path, range } = parameter
  const marks = range.kind === 'choices' ? range.choices : [range.low, range.high]
  return {
    name: shortName(path),
    ticks: marks.map((value) => ({ at: placeOf(parameter, value), text: textOf(value) })),
  }
}
