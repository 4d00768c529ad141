import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import { Value } from '../value.ts'

/** Softmax along the last axis, or its logarithm. */
export class SoftmaxOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []

  readonly name: 'softmax' | 'logSoftmax'

  constructor(layer: string, input: Value, name: 'softmax' | 'logSoftmax') {
    this.layer = layer
    this.name = name
    this.inputs = [input]
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  forward(emit: Emitter): void {
    const x = emit.viewOf(this.inputs[0])
    const y = emit.viewOf(this.output)
    const { width, rows } = this.output.layout
    emit.emit(this.name, { x: x.base, xRow: x.row, y: y.base, yRow: y.row, width, lines: rows })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (!input.needsGradient) return
    const y = emit.viewOf(this.output)
    const dy = gradientOf(this.output)
    const dx = emit.gradientTarget(input)
    const { width, rows } = this.output.layout
    emit.emit(`${this.name}Backward`, {
      y: y.base,
      yRow: y.row,
      dy: dy.base,
      dyRow: dy.row,
      dx: dx.base,
      dxRow: dx.row,
      width,
      lines: rows,
      accumulate: dx.accumulate,
    })
  }
}
