import { findWeight, type LayerNormalizationConfig } from '@treadle/keras'
import { rowTable } from '../layout.ts'
import type { LayerRule } from '../network.ts'
import { LayerNormOperator } from '../operators/layer-normalization.ts'
import { Parameter } from '../parameter.ts'
import { rulesOf, weightRefusal } from '../weight-rules.ts'
import type { Value } from '../value.ts'
import { alongAxes, axesFromZero } from './axes.ts'
import { plainly } from './relayout.ts'

export const layerNormalization: LayerRule<LayerNormalizationConfig> = {
  kind: 'LayerNormalization',
  refusal: weightRefusal,
  build(node, [input], network) {
    const { axes, center, scale, epsilon } = node.config
    const along = axesFromZero(axes, node.shape.length)
    return alongAxes(node.name, input as Value, along, network, (value) => {
      const plain = plainly(node.name, value, network)
      const weight = (name: string): Parameter => {
        const variable = findWeight(node.layer, name)
        return new Parameter({
          name: `${node.name}/${name}`,
          variable,
          table: rowTable(plain.layout),
          size: plain.layout.stride,
          trained: network.trains(variable),
          parts: network.shards,
          ...rulesOf(node, name),
        })
      }
      return network.add(
        new LayerNormOperator(node.name, plain, {
          gamma: scale ? weight('gamma') : undefined,
          beta: center ? weight('beta') : undefined,
          epsilon,
        }),
      )
    })
  },
}
