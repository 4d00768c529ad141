import type { InputConfig } from '@treadle/keras'
import type { LayerRule } from '../network.ts'
import { InputOperator } from '../operators/input.ts'

export const input: LayerRule<InputConfig> = {
  kind: 'InputLayer',
  build: (node, _inputs, network) => network.add(new InputOperator(node.name, node.shape)),
}
