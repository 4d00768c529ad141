import type { ConcatenateConfig } from '@treadle/keras'
import type { LayerRule } from '../network.ts'
import { RelayoutOperator } from '../operators/relayout.ts'
import { ConcatenateOperator } from '../operators/concatenate.ts'

export const concatenate: LayerRule<ConcatenateConfig> = {
  kind: 'Concatenate',
  refusal({ config: { axis }, shape }) {
    return axis === -1 || axis === shape.length ? undefined : `\`axis\` (=${axis}) must be the last`
  },
  build(node, inputs, network) {
    const parts = inputs.map((input) =>
      input.axis.whole ? network.add(new RelayoutOperator(node.name, input, input.shape)) : input,
    )
    return network.add(new ConcatenateOperator(node.name, parts, node.shape))
  },
}
