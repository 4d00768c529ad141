import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import { Value } from '../value.ts'

/** Each vector divided by its length: the lines of a sample, or their columns. */
export class UnitVectorsOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly #operands: Record<'lines' | 'width' | 'padded' | 'byColumn' | 'epsilon', number>

  /** @param input in lines of one segment */
  constructor(layer: string, input: Value, byColumn: boolean, epsilon: number) {
    this.layer = layer
    this.inputs = [input]
    this.output = new Value(layer, input.shape, input.layout, this)
    const { rows, width, stride } = input.layout
    this.#operands = { lines: rows, width, padded: stride, byColumn: byColumn ? 1 : 0, epsilon }
  }

  forward(emit: Emitter): void {
    const x = emit.viewOf(this.inputs[0])
    const y = emit.viewOf(this.output)
    emit.emit('unitVectors', { x: x.base, xRow: x.row, y: y.base, yRow: y.row, ...this.#operands })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    const x = emit.viewOf(input)
    const dy = gradientOf(this.output)
    const dx = emit.gradientTarget(input)
    emit.emit('unitVectorsBackward', {
      x: x.base,
      xRow: x.row,
      dy: dy.base,
      dyRow: dy.row,
      dx: dx.base,
      dxRow: dx.row,
      ...this.#operands,
      accumulate: dx.accumulate,
    })
  }
}
