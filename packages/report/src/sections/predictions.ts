import { checkShape } from '../refuse.ts'
import { regressorTestShape } from '../shapes.ts'
import type { ScatterFigure } from '../figures.ts'
import type { RegressorTest } from '../run-report.ts'
import { grouped } from '../words.ts'
import type { SectionDefinition } from './section.ts'

export const predictions: SectionDefinition = {
  id: 'predictions',
  title: 'Predictions',
  blocks: ({ tested }) =>
    tested?.kind === 'regressor'
      ? [
          { kind: 'prose', text: 'Each point is a test sample. Exact predictions lie on the diagonal.' },
          scatterFigure(tested.test),
        ]
      : [],
}

/** Predicted against true values. */
export function scatterFigure(test: RegressorTest): ScatterFigure {
  checkShape('scatterFigure', 'test', test, regressorTestShape)
  const { targets, predictions: predicted, targetName } = test
  return {
    kind: 'scatter',
    name: 'predictions',
    title: `Predicted ${targetName}`,
    label: `Predicted against true ${targetName} for ${grouped(targets.length)} test samples.`,
    x: targets,
    y: predicted,
    xLabel: `true ${targetName}`,
    yLabel: `predicted ${targetName}`,
  }
}
