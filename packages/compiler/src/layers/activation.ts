import type { ActivationConfig, ReLUConfig } from '@treadle/keras'
import { activationKinds } from '@treadle/kernels'
import type { Emitter } from '../emitter.ts'
import type { CompilableNode } from '../graph.ts'
import type { LayerRule, Network } from '../network.ts'
import type { Operator } from '../operator.ts'
import { gradientOf } from '../emitter.ts'
import { Value } from '../value.ts'
import { softmaxOf } from './softmax.ts'
import { ViewOperator } from './view.ts'

export type ActivationKind = 'relu' | 'sigmoid' | 'tanh'

/** y = f(x), element by element. */
export class ActivationOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly kind: ActivationKind

  constructor(layer: string, input: Value, kind: ActivationKind) {
    this.layer = layer
    this.inputs = [input]
    this.kind = kind
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  forward(emit: Emitter): void {
    const [input] = this.inputs
    const x = emit.place(input)
    const y = emit.place(this.output)
    for (const { start, length } of input.layout.segments) {
      const at = (place: typeof x) => ({ storage: place.base.storage, offset: place.base.offset + 4 * start })
      emit.emit('activate', {
        kind: activationKinds[this.kind],
        x: at(x),
        xRow: x.row,
        y: at(y),
        yRow: y.row,
        width: length,
        lines: input.layout.lines,
        accumulate: 0,
      })
    }
  }

  get leavesZeros(): boolean {
    return this.kind === 'relu'
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (!input.needsGradient) return
    const y = emit.place(this.output)
    const dy = gradientOf(this.output)
    const dx = emit.gradientTarget(input)
    emit.emit('activateBackward', {
      kind: activationKinds[this.kind],
      y: y.base,
      yRow: y.row,
      dy: dy.base,
      dyRow: dy.row,
      dx: dx.base,
      dxRow: dx.row,
      width: input.layout.stride,
      lines: input.layout.lines,
      accumulate: dx.accumulate,
    })
  }
}

/** The activation called `name`, as an operator after `input`. */
export function activationOf(node: CompilableNode, name: string, input: Value, network: Network): Value {
  if (name === 'linear') return network.add(new ViewOperator(node.name, input, input.shape, input.layout))
  if (name === 'softmax') return softmaxOf(node, input, network)
  return network.add(new ActivationOperator(node.name, input, name as ActivationKind))
}

const known = ['linear', 'relu', 'sigmoid', 'softmax', 'tanh']

/** Why `name` is no activation that can be compiled, or nothing. */
export function activationRefusal(name: string): string | undefined {
  return known.includes(name) ? undefined : `activation '${name}' is not one of ${known.join(', ')}`
}

export const activation: LayerRule<ActivationConfig> = {
  kind: 'Activation',
  refusal: ({ config }) => activationRefusal(config.activation),
  build: (node, [input], network) => activationOf(node, node.config.activation, input as Value, network),
}

/** ReLU without an upper limit, a slope below zero or a threshold. */
export const reLU: LayerRule<ReLUConfig> = {
  kind: 'ReLU',
  refusal({ config: { maxValue, negativeSlope, threshold } }) {
    if (maxValue !== undefined) return `\`maxValue\` (=${maxValue}) is not supported`
    if (negativeSlope !== 0) return `\`negativeSlope\` (=${negativeSlope}) is not supported`
    if (threshold !== 0) return `\`threshold\` (=${threshold}) is not supported`
    return undefined
  },
  build: (node, [input], network) => activationOf(node, 'relu', input as Value, network),
}
