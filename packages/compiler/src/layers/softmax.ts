import type { SoftmaxConfig } from '@treadle/keras'
import { gradientOf, type Emitter } from '../emitter.ts'
import type { CompilableNode } from '../graph.ts'
import type { LayerRule, Network } from '../network.ts'
import type { Operator } from '../operator.ts'
import { Value } from '../value.ts'
import { plainly } from './relayout.ts'

/** Softmax along the last axis. */
export class SoftmaxOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []

  constructor(layer: string, input: Value) {
    this.layer = layer
    this.inputs = [input]
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  forward(emit: Emitter): void {
    const x = emit.place(this.inputs[0])
    const y = emit.place(this.output)
    const { width, lines } = this.output.layout
    emit.emit('softmax', { x: x.base, xRow: x.row, y: y.base, yRow: y.row, width, lines })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (!input.needsGradient) return
    const y = emit.place(this.output)
    const dy = gradientOf(this.output)
    const dx = emit.gradientTarget(input)
    const { width, lines } = this.output.layout
    emit.emit('softmaxBackward', {
      y: y.base,
      yRow: y.row,
      dy: dy.base,
      dyRow: dy.row,
      dx: dx.base,
      dxRow: dx.row,
      width,
      lines,
      accumulate: dx.accumulate,
    })
  }
}

export function softmaxOf(node: CompilableNode, input: Value, network: Network): Value {
  return network.add(new SoftmaxOperator(node.name, plainly(node.name, input, network)))
}

export const softmax: LayerRule<SoftmaxConfig> = {
  kind: 'Softmax',
  refusal: ({ config: { axis }, shape }) =>
    axis === -1 || axis === shape.length ? undefined : `\`axis\` (=${axis}) must be the last`,
  build: (node, [input], network) => softmaxOf(node, input as Value, network),
}
