import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import { Value, type BufferView } from '../value.ts'

/** y = a + b of one layout. */
export class AddOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value, Value]
  readonly output: Value
  readonly parameters = []
  /**
   * Both inputs use the buffer of the output's gradient. The gradient of one is only read, before the other's is changed.
   */
  sharesGradient = false

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
    const [a, b] = this.inputs.filter((input) => input.needsGradient)
    // What is added to one's gradient later must not reach the other's.
    if (b) {
      if (this.sharesGradient && a !== b && emit.takes(b, gradient)) b.gradient = gradient
      else this.#copy(emit, b, gradient)
    }
    if (a && a !== b && emit.takes(a, gradient)) a.gradient = gradient
    else if (a) this.#copy(emit, a, gradient)
  }

  #copy(emit: Emitter, input: Value, gradient: BufferView): void {
    const target = emit.gradientTarget(input)
    emit.copy(input, gradient, target, target.accumulate === 1)
  }
}
