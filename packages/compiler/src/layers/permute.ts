import type { PermuteConfig, RepeatVectorConfig } from '@treadle/keras'
import type { LayerRule } from '../network.ts'
import type { Value } from '../value.ts'
import { broadcast, permuted } from './axes.ts'
import { reshaped } from './relayout.ts'

export const permute: LayerRule<PermuteConfig> = {
  kind: 'Permute',
  build(node, [input], network) {
    const value = input as Value
    const order = node.config.dims.map((axis) => axis - 1)
    const turned = permuted(node.name, value, order, network)
    return turned === value ? reshaped(node.name, value, node.shape, network) : turned
  },
}

export const repeatVector: LayerRule<RepeatVectorConfig> = {
  kind: 'RepeatVector',
  build: (node, [input], network) => broadcast(node.name, input as Value, node.shape, network),
}
