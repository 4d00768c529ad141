import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import type { Storage } from '../storage.ts'
import { shifted, Value, type BufferView } from '../value.ts'

/** The mask is drawn once a step, by the stream of this layer, and used forward and backward. */
export class DropoutOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly leavesZeros = true
  readonly stream: number
  readonly #rate: number
  /** int16 an element of the input, −1 where kept; set by `forward`. */
  mask: Storage | undefined

  constructor(layer: string, input: Value, rate: number, stream: number) {
    this.layer = layer
    this.inputs = [input]
    this.stream = stream
    this.#rate = rate
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  forward(emit: Emitter): void {
    const { rows, width } = this.output.layout
    const size = rows * width
    // Whole draws of 32 elements, and a vector read past the end.
    this.mask = emit.storage('mask', 2 * (emit.batchSize * size + 64))
    const threshold = Math.floor(this.#rate * 65536 + 0.5)
    emit.emit('drawMask', { mask: this.mask.at(), size, threshold, stream: this.stream })
    this.#apply(emit, emit.viewOf(this.inputs[0]), { ...emit.viewOf(this.output), accumulate: 0 })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (input.needsGradient) this.#apply(emit, gradientOf(this.output), emit.gradientTarget(input))
  }

  #apply(emit: Emitter, from: BufferView, to: BufferView & { accumulate: 0 | 1 }): void {
    const { rows, width, segments } = this.output.layout
    let element = 0
    for (const { start, length } of segments) {
      const x = shifted(from, start)
      const y = shifted(to, start)
      emit.emit('applyMask', {
        x: x.base,
        xRow: x.row,
        y: y.base,
        yRow: y.row,
        width: length,
        lines: rows,
        mask: (this.mask as Storage).at(2 * element),
        maskRow: 2 * width,
        scale: Math.fround(1 / (1 - this.#rate)),
        accumulate: to.accumulate,
      })
      element += length
    }
  }
}
