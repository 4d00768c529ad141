import type { TestedRun } from '../analysis/run.ts'
import type { Fact } from '../blocks.ts'
import { fixed, percent } from '../words.ts'
import type { SectionDefinition } from './section.ts'

export const scores: SectionDefinition = {
  id: 'scores',
  title: 'Test metrics',
  blocks: ({ tested }) => (tested ? [{ kind: 'facts', facts: factsOf(tested) }] : []),
}

function factsOf(tested: TestedRun): Fact[] {
  if (tested.kind === 'regressor')
    return [
      ['Mean absolute error', fixed(tested.analysis.mae, 4)],
      ['Root mean squared error', fixed(tested.analysis.rmse, 4)],
      ['R²', fixed(tested.analysis.r2, 4)],
      ['Loss', fixed(tested.test.loss, 4)],
    ]
  const { analysis, test } = tested
  return [
    ['Accuracy', percent(analysis.interval.accuracy)],
    ['95 % interval', `${percent(analysis.interval.low)} to ${percent(analysis.interval.high)}`],
    ['Balanced accuracy', percent(analysis.balancedAccuracy)],
    ...(analysis.top2 === undefined ? [] : [['Top-2 accuracy', percent(analysis.top2)] as const]),
    ...(analysis.top3 === undefined ? [] : [['Top-3 accuracy', percent(analysis.top3)] as const]),
    ['Cohen’s κ', fixed(analysis.cohenKappa, 4)],
    ['Matthews correlation', fixed(analysis.matthewsCorrcoef, 4)],
    ['Loss', fixed(test.loss, 4)],
    ['Log loss', fixed(analysis.logLoss, 4)],
    ['Expected calibration error', percent(analysis.calibration.expectedCalibrationError)],
  ]
}
