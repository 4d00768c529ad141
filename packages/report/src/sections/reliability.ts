import type { Calibration } from '@treadle/metrics'
import type { Shape } from '@treadle/core'
import { checkShape } from '../refuse.ts'
import { blockShapes } from '../shapes.ts'
import type { ReliabilityFigure } from '../figures.ts'
import { percent } from '../words.ts'
import type { SectionDefinition } from './section.ts'

export const reliability: SectionDefinition = {
  id: 'reliability',
  title: 'Reliability',
  blocks({ tested }) {
    if (tested?.kind !== 'classifier') return []
    const text =
      'Each bar is the accuracy of the samples in one range of confidence. A calibrated classifier has an accuracy equal to its confidence. The expected calibration error is the mean difference between the two.'
    return [{ kind: 'prose', text }, reliabilityFigure(tested.analysis.calibration)]
  },
}

/** A reliability diagram: the accuracy in each range of confidence. */
export function reliabilityFigure(calibration: Calibration): ReliabilityFigure {
  checkShape('reliabilityFigure', 'calibration', calibration, blockShapes['reliability'] as Shape)
  const { bins, expectedCalibrationError } = calibration
  return {
    kind: 'reliability',
    name: 'reliability',
    title: 'Accuracy by confidence',
    label: `Reliability diagram. The expected calibration error is ${percent(expectedCalibrationError)}.`,
    bins,
    expectedCalibrationError,
  }
}
