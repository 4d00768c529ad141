import type { RescalingConfig } from '@treadle/keras'
import type { LayerRule } from '../network.ts'
import { ScaleOperator } from '../operators/scale.ts'
import type { Value } from '../value.ts'

export const rescaling: LayerRule<RescalingConfig> = {
  kind: 'Rescaling',
  refusal({ config }) {
    const field = (['scale', 'offset'] as const).find((name) => typeof config[name] !== 'number')
    return field && `\`${field}\` (=${JSON.stringify(config[field])}) must be a number`
  },
  build(node, [input], network) {
    const { scale, offset } = node.config as { scale: number; offset: number }
    return network.add(new ScaleOperator(node.name, input as Value, scale, offset))
  },
}
