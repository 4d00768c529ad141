import type { Pair } from '@treadle/keras'
import { mapOperands } from '@treadle/kernels'
import { gradientOf, type Emitter } from '../emitter.ts'
import { mapShapeOf, mapView, type MapShape } from '../feature-map.ts'
import type { Operator } from '../operator.ts'
import { Value } from '../value.ts'

/** Repeats each pixel of a map along rows and columns. */
export class UpSamplingOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly #input: MapShape
  readonly #factors: Pair

  constructor(layer: string, input: Value, factors: Pair, shape: readonly number[]) {
    this.layer = layer
    this.inputs = [input]
    this.#factors = factors
    this.#input = mapShapeOf(input)
    const rows = this.#input.height * factors[0] * this.#input.width * factors[1]
    this.output = new Value(layer, shape, { ...input.layout, rows }, this)
  }

  get leavesZeros(): boolean {
    return this.inputs[0].hasZeros
  }

  get #operands() {
    const { height, width, channels } = this.#input
    const [factorHeight, factorWidth] = this.#factors
    return { height, width, channels, factorHeight, factorWidth }
  }

  forward(emit: Emitter): void {
    emit.emit('upsample', {
      ...mapOperands('x', mapView(this.#input, emit.viewOf(this.inputs[0]))),
      ...mapOperands('y', mapView(mapShapeOf(this.output), emit.viewOf(this.output))),
      ...this.#operands,
    })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (!input.needsGradient) return
    const target = emit.gradientTarget(input)
    emit.emit('upsampleBackward', {
      ...mapOperands('dy', mapView(mapShapeOf(this.output), gradientOf(this.output))),
      ...mapOperands('dx', mapView(this.#input, target)),
      ...this.#operands,
      accumulate: target.accumulate,
    })
  }
}
