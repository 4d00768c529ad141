import type { AddConfig, MergeConfig } from '@treadle/keras'
import { sameRows } from '../layout.ts'
import type { LayerRule, Network } from '../network.ts'
import { AddOperator } from '../operators/add.ts'
import { MergeOperator } from '../operators/merge.ts'
import { RelayoutOperator } from '../operators/relayout.ts'
import { ScaleOperator } from '../operators/scale.ts'
import type { Value } from '../value.ts'
import { broadcast } from './axes.ts'

/** Values of one shape in one layout: repeated and copied where they differ. */
function alike(layer: string, inputs: readonly Value[], shape: readonly number[], network: Network): Value[] {
  const values = inputs.map((input) => broadcast(layer, input, shape, network))
  const [{ layout }] = values as [Value]
  return values.every((value) => !value.axis?.whole && sameRows(value.layout, layout))
    ? values
    : values.map((value) => network.add(new RelayoutOperator(layer, value, shape)))
}

function sumOf(layer: string, terms: readonly Value[], network: Network): Value {
  return terms.reduce((sum, term) => network.add(new AddOperator(layer, sum, term)))
}

export const add: LayerRule<AddConfig> = {
  kind: 'Add',
  build: (node, inputs, network) => sumOf(node.name, alike(node.name, inputs, node.shape, network), network),
}

export const merge: LayerRule<MergeConfig> = {
  kind: 'Merge',
  build(node, inputs, network) {
    const { operation } = node.config
    const values = alike(node.name, inputs, node.shape, network)
    if (operation === 'average') {
      const sum = sumOf(node.name, values, network)
      return network.add(new ScaleOperator(node.name, sum, 1 / values.length, 0))
    }
    return values.reduce((a, b) => network.add(new MergeOperator(node.name, operation, a, b)))
  },
}
