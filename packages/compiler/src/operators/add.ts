import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import { Value } from '../value.ts'

/** y = a + b of one layout. */
export class AddOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value, Value]
  readonly output: Value
  readonly parameters = []

  constructor(layer: string, a: Value, b: Value) {
    this.layer = layer
    this.inputs = [a, b]
    this.output = new Value(layer, a.shape, a.layout, this)
  }

  forward(emit: Emitter): void {
    const [a, b] = this.inputs.map((input) => emit.viewOf(input)) as [
      ReturnType<Emitter['viewOf']>,
      ReturnType<Emitter['viewOf']>,
    ]
    const y = emit.viewOf(this.output)
    const { stride, rows } = this.output.layout
    emit.emit('add', {
      a: a.base,
      aRow: a.row,
      b: b.base,
      bRow: b.row,
      y: y.base,
      yRow: y.row,
      width: stride,
      lines: rows,
    })
  }

  backward(emit: Emitter): void {
    const gradient = gradientOf(this.output)
    // Each gets a copy: what is added to one's gradient later must not reach the other's.
    for (const input of this.inputs) {
      if (!input.needsGradient) continue
      const target = emit.gradientTarget(input)
      emit.copy(input, gradient, target, target.accumulate === 1)
    }
  }
}
