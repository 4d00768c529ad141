import { activationKinds } from '@treadle/kernels'
import type { Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import { gradientOf } from '../emitter.ts'
import { Value, type BufferView } from '../value.ts'

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
    const x = emit.viewOf(input)
    const y = emit.viewOf(this.output)
    for (const { start, length } of input.layout.segments) {
      const at = (view: typeof x) => ({ storage: view.base.storage, offset: view.base.offset + 4 * start })
      emit.emit('activate', {
        kind: activationKinds[this.kind],
        x: at(x),
        xRow: x.row,
        y: at(y),
        yRow: y.row,
        width: length,
        lines: input.layout.rows,
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
    const y = emit.viewOf(this.output)
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
      lines: input.layout.rows,
      accumulate: dx.accumulate,
    })
  }
}

/** Applies the derivative of the ReLU that made a value to its gradient, in place. */
export function emitReluGradient(emit: Emitter, value: Value, gradient: BufferView): void {
  const y = emit.viewOf(value)
  emit.emit('activateBackward', {
    kind: activationKinds.relu,
    y: y.base,
    yRow: y.row,
    dy: gradient.base,
    dyRow: gradient.row,
    dx: gradient.base,
    dxRow: gradient.row,
    width: value.layout.stride,
    lines: value.layout.rows,
    accumulate: 0,
  })
}
