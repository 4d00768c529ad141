import type { ConcatenateConfig } from '@treadle/keras'
import type { LayerRule } from '../network.ts'
import { ConcatenateOperator } from '../operators/concatenate.ts'
import { inRows } from './relayout.ts'

export const concatenate: LayerRule<ConcatenateConfig> = {
  kind: 'Concatenate',
  refusal({ config: { axis }, shape }) {
    return axis === -1 || axis === shape.length ? undefined : `\`axis\` (=${axis}) must be the last`
  },
  build(node, inputs, network) {
    const parts = inputs.map((input) => inRows(node.name, input, network))
    return network.add(new ConcatenateOperator(node.name, parts, node.shape))
  },
}
