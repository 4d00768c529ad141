import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import type { Storage } from '../storage.ts'
import { shifted, Value, type BufferView } from '../value.ts'

/** y = x + deviation · n, or x · (1 + deviation · n): the normal numbers n are drawn once a step, by the stream of this layer. */
export class NoiseOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly #operation: 'add' | 'multiply'
  readonly #deviation: number
  readonly #stream: number
  #noise!: Storage

  constructor(
    layer: string,
    input: Value,
    options: { operation: 'add' | 'multiply'; deviation: number; stream: number },
  ) {
    this.layer = layer
    this.inputs = [input]
    this.#operation = options.operation
    this.#deviation = options.deviation
    this.#stream = options.stream
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  forward(emit: Emitter): void {
    const { rows, width } = this.output.layout
    const size = rows * width
    // Whole draws of 16 numbers, and a vector read past the end.
    this.#noise = emit.storage('noise', 4 * (emit.batchSize * size + 32))
    emit.emit('drawNoise', { noise: this.#noise.at(), size, stream: this.#stream })
    this.#apply(emit, emit.viewOf(this.inputs[0]), { ...emit.viewOf(this.output), accumulate: 0 })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (!input.needsGradient) return
    const gradient = gradientOf(this.output)
    const target = emit.gradientTarget(input)
    if (this.#operation === 'add') emit.copy(input, gradient, target, target.accumulate === 1)
    else this.#apply(emit, gradient, target)
  }

  #apply(emit: Emitter, from: BufferView, to: BufferView & { accumulate: 0 | 1 }): void {
    const { rows, width, segments } = this.output.layout
    let element = 0
    for (const { start, length } of segments) {
      const x = shifted(from, start)
      const y = shifted(to, start)
      emit.emit('applyNoise', {
        x: x.base,
        xRow: x.row,
        y: y.base,
        yRow: y.row,
        width: length,
        lines: rows,
        noise: this.#noise.at(4 * element),
        noiseRow: 4 * width,
        deviation: this.#deviation,
        multiplies: this.#operation === 'multiply' ? 1 : 0,
        accumulate: to.accumulate,
      })
      element += length
    }
  }
}
