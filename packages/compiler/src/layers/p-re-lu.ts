import { findWeight, type PReLUConfig } from '@treadle/keras'
import { product } from '../layout.ts'
import type { LayerRule } from '../network.ts'
import { Parameter } from '../parameter.ts'
import { rulesOf, weightRefusal } from '../weight-rules.ts'
import { PReLUOperator } from '../operators/p-re-lu.ts'
import type { Value } from '../value.ts'
import { plainly } from './relayout.ts'

export const pReLU: LayerRule<PReLUConfig> = {
  kind: 'PReLU',
  refusal(node) {
    const { shape } = node
    if (shape.length > 3) return `its input has ${shape.length} axes; up to three are supported`
    return weightRefusal(node)
  },
  build(node, [input], network) {
    const value = plainly(node.name, input as Value, network)
    const variable = findWeight(node.layer, 'alpha')
    const shape = variable.shape.map((size) => size ?? 1)
    const channels = shape.at(-1) ?? 1
    const single = channels === 1
    const floats = single ? 1 : value.layout.stride
    const alpha = new Parameter({
      name: `${node.name}/alpha`,
      variable,
      table: Int32Array.from(
        { length: product(shape) },
        (_, i) => Math.floor(i / channels) * floats + (i % channels),
      ),
      size: (product(shape) / channels) * floats,
      trained: network.trains(variable),
      parts: network.shards,
      ...rulesOf(node, 'alpha'),
    })
    const [columns = 1, rows = 1] = shape.slice(0, -1).toReversed()
    return network.add(new PReLUOperator(node.name, value, { alpha, single, floats, rows, columns }))
  },
}
