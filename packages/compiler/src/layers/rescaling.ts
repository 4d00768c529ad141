import type { RescalingConfig } from '@treadle/keras'
import type { LayerRule } from '../network.ts'
import { ScaleOperator } from '../operators/scale.ts'
import type { Value } from '../value.ts'

export const rescaling: LayerRule<RescalingConfig> = {
  kind: 'Rescaling',
  build: (node, [input], network) =>
    network.add(new ScaleOperator(node.name, input as Value, node.config.scale, node.config.offset)),
}
