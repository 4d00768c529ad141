import { epochMetrics, type EpochMetric } from '@treadle/core'
import { metricNames } from '../../analysis/baseline.ts'
import type { Block } from '../../blocks.ts'
import type { Series } from '../../figures.ts'
import { plural } from '../../words.ts'
import type { AnalysedRun } from '../analysis.ts'
import type { ComparisonSection } from './section.ts'

export const curves: ComparisonSection = {
  id: 'training',
  title: 'Training',
  blocks({ runs }) {
    const figures = metricNames.flatMap((metric): Block[] => {
      const series = runs.flatMap((run, index) => seriesOf(run, index, metric) ?? [])
      if (series.length === 0) return []
      const { title } = epochMetrics[metric]
      const label = `${title} of ${plural(series.length, 'run')} over the epochs.`
      return [{ kind: 'curves', name: metric, title, label, series }]
    })
    if (figures.length === 0) return []
    const text =
      'Values of the validation; dashed lines are values of the training, of runs without a validation.'
    return [{ kind: 'prose', text }, ...figures]
  },
}

/** The validation's values of a run; of a run without a validation those of the training. */
function seriesOf(
  { label, name, report: { history } }: AnalysedRun,
  owner: number,
  metric: EpochMetric,
): Series | undefined {
  const validation = history[`val_${metric}`] ?? []
  const [phase, values] =
    validation.length > 0
      ? (['validation', validation] as const)
      : (['training', history[metric] ?? []] as const)
  return values.length === 0 ? undefined : { name: `${label} ${name}`, owner, phase, values }
}
