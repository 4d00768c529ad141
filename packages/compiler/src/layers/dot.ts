import { DOT_EPSILON, type DotConfig } from '@treadle/keras'
import type { LayerRule } from '../network.ts'
import { DotOperator } from '../operators/dot.ts'
import { UnitVectorsOperator } from '../operators/unit-vectors.ts'
import type { Value } from '../value.ts'
import { plainly } from './relayout.ts'

export const dot: LayerRule<DotConfig> = {
  kind: 'Dot',
  refusal: ({ inputShapes }) =>
    inputShapes.some((shape) => shape.length > 2)
      ? 'inputs of more than two axes beside the batch are not supported'
      : undefined,
  work: ({ config, inputShapes, shape }) => {
    const [first = []] = inputShapes
    const axis = config.axes[0] < 0 ? config.axes[0] + first.length : config.axes[0] - 1
    return 2 * shape.reduce((a, b) => a * b, 1) * (first[axis] as number)
  },
  build({ name, config, shape }, inputs, network) {
    const byColumn = inputs.map((input, i) => {
      const axis = config.axes[i] as number
      // The first of two axes is that of the lines.
      return input.shape.length === 2 && (axis === 1 || axis === -2)
    }) as [boolean, boolean]
    const vectors = inputs.map((input, i) => {
      const lines = plainly(name, input, network)
      return config.normalize
        ? network.add(new UnitVectorsOperator(name, lines, byColumn[i] as boolean, DOT_EPSILON))
        : lines
    }) as [Value, Value]
    return network.add(new DotOperator(name, vectors, byColumn, shape))
  },
}
