import type { ConcatenateConfig } from '@treadle/keras'
import type { LayerRule, Network } from '../network.ts'
import { ConcatenateOperator } from '../operators/concatenate.ts'
import type { Value } from '../value.ts'
import { axesFromZero, permuted } from './axes.ts'
import { inRows } from './relayout.ts'

function joined(layer: string, inputs: readonly Value[], shape: readonly number[], network: Network): Value {
  const parts = inputs.map((input) => inRows(layer, input, network))
  return network.add(new ConcatenateOperator(layer, parts, shape))
}

export const concatenate: LayerRule<ConcatenateConfig> = {
  kind: 'Concatenate',
  refusal: ({ config: { axis } }) =>
    axis === 0 ? '`axis` (=0) joins samples, which is not supported' : undefined,
  build(node, inputs, network) {
    const { name, shape, config } = node
    const [axis = 0] = axesFromZero([config.axis], shape.length)
    const last = shape.length - 1
    if (axis === last) return joined(name, inputs, shape, network)
    // The axis changes places with the last one, before and after.
    const order = shape.map((_, i) => (i === axis ? last : i === last ? axis : i))
    const turned = inputs.map((input) => permuted(name, input, order, network))
    const size = order.map((from) => shape[from] as number)
    return permuted(name, joined(name, turned, size, network), order, network)
  },
}
