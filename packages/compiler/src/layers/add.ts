import type { AddConfig } from '@treadle/keras'
import { sameRows } from '../layout.ts'
import type { LayerRule } from '../network.ts'
import type { Value } from '../value.ts'
import { RelayoutOperator } from '../operators/relayout.ts'
import { AddOperator } from '../operators/add.ts'

export const add: LayerRule<AddConfig> = {
  kind: 'Add',
  refusal: ({ inputShapes }) =>
    inputShapes.some((shape) => shape.join() !== inputShapes[0]?.join())
      ? 'it adds different shapes; broadcasting is not supported'
      : undefined,
  build(node, inputs, network) {
    const [{ layout }] = inputs as [Value]
    const alike = inputs.every((input) => !input.axis?.whole && sameRows(input.layout, layout))
    const terms = alike
      ? inputs
      : inputs.map((input) => network.add(new RelayoutOperator(node.name, input, node.shape)))
    return terms
      .slice(1)
      .reduce((sum, term) => network.add(new AddOperator(node.name, sum, term)), terms[0] as Value)
  },
}
