import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import { shifted, Value, type BufferView } from '../value.ts'

/** y = x · scale + shift with one scale and one shift for all elements. */
export class ScaleOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly #scale: number
  readonly #shift: number

  constructor(layer: string, input: Value, scale: number, shift: number) {
    this.layer = layer
    this.inputs = [input]
    this.#scale = scale
    this.#shift = shift
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  forward(emit: Emitter): void {
    const y = { ...emit.viewOf(this.output), accumulate: 0 as const }
    this.#emit(emit, emit.viewOf(this.inputs[0]), y, this.#shift)
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (input.needsGradient) this.#emit(emit, gradientOf(this.output), emit.gradientTarget(input), 0)
  }

  #emit(emit: Emitter, from: BufferView, to: BufferView & { accumulate: 0 | 1 }, shift: number): void {
    const { segments, rows } = this.output.layout
    for (const { start, length } of segments) {
      const x = shifted(from, start)
      const y = shifted(to, start)
      emit.emit('scaleAll', {
        x: x.base,
        xRow: x.row,
        y: y.base,
        yRow: y.row,
        width: length,
        lines: rows,
        scale: this.#scale,
        shift,
        accumulate: to.accumulate,
      })
    }
  }
}
