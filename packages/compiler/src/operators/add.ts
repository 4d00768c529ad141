import { mapOperands, NO_BORDER, type Sides } from '@treadle/kernels'
import { gradientOf, type Emitter } from '../emitter.ts'
import { mapShape, rowsOf } from '../feature-map.ts'
import type { Operator } from '../operator.ts'
import { Value, type BufferView } from '../value.ts'
import { emitReluGradient } from './activation.ts'

/** y = act(a + b) of one layout, act none or ReLU. */
export class AddOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value, Value]
  readonly output: Value
  readonly parameters = []
  readonly writesBorder = true
  relu = false
  /**
   * Both inputs use the buffer of the output's gradient. The gradient of one is only read, before the other's is changed.
   */
  sharesGradient = false

  constructor(layer: string, a: Value, b: Value) {
    this.layer = layer
    this.inputs = [a, b]
    this.output = new Value(layer, a.shape, a.layout, this)
  }

  get leavesZeros(): boolean {
    return this.relu
  }

  wantedBorder(): Sides | undefined {
    return mapShape(this.output)?.packed === false ? NO_BORDER : undefined
  }

  forward(emit: Emitter): void {
    const [a, b] = this.inputs
    const { height, width, channels } = rowsOf(this.output)
    emit.emit('add', {
      ...mapOperands('a', emit.mapOf(a)),
      ...mapOperands('b', emit.mapOf(b)),
      ...mapOperands('y', emit.mapOf(this.output)),
      height,
      width,
      channels,
      relu: this.relu ? 1 : 0,
    })
  }

  backward(emit: Emitter): void {
    const gradient = gradientOf(this.output)
    if (this.relu) emitReluGradient(emit, this.output, gradient)
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
