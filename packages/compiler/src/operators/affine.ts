import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import type { Parameter } from '../parameter.ts'
import type { Storage } from '../storage.ts'
import { axisOf, axisStep, Value } from '../value.ts'

/** Weights by parameter, row-major and unpadded. */
export type Weights = (parameter: Parameter) => Float32Array | undefined

/** What an axis is multiplied by, and what is added: for each of its elements, in float64. */
export interface Affine {
  readonly scale: Float64Array
  readonly shift: Float64Array
}

/**
 * y = x · scale + shift along the last axis, with scale and shift that do not change in training: a normalization by moving
 * averages or by known statistics.
 */
export class AffineOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters: readonly Parameter[]
  /** Where each element of the axis lies, in floats. */
  readonly positions: Int32Array
  readonly affineOf: (read: Weights) => Affine
  /** Scales, then shifts; computed whenever weights are written. */
  affine: Storage | undefined
  /** The weights of neighbouring dense layers include it: its output is its input. */
  folded = false

  constructor(
    layer: string,
    input: Value,
    options: {
      parameters: readonly Parameter[]
      positions: Int32Array
      affineOf: (read: Weights) => Affine
    },
  ) {
    this.layer = layer
    this.inputs = [input]
    this.parameters = options.parameters
    this.positions = options.positions
    this.affineOf = options.affineOf
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  get isView(): boolean {
    return this.folded
  }

  get width(): number {
    return axisOf(this.inputs[0]).stride
  }

  forward(emit: Emitter): void {
    if (this.folded) return
    this.affine = emit.storage('scale and shift', 8 * this.width, true)
    const x = emit.viewOf(this.inputs[0])
    const y = emit.viewOf(this.output)
    this.#emit(emit, x, { ...y, accumulate: 0 }, 0)
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (input.needsGradient) this.#emit(emit, gradientOf(this.output), emit.gradientTarget(input), 1)
  }

  #emit(
    emit: Emitter,
    from: ReturnType<typeof gradientOf>,
    to: ReturnType<Emitter['gradientTarget']>,
    shiftless: 0 | 1,
  ): void {
    const [input] = this.inputs
    emit.emit('scaleShift', {
      x: from.base,
      xRow: axisStep(input, from.row),
      y: to.base,
      yRow: axisStep(input, to.row),
      width: this.width,
      lines: axisOf(input).rows,
      affine: (this.affine as Storage).at(),
      shiftless,
      accumulate: to.accumulate,
    })
  }
}
