import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import type { Parameter } from '../parameter.ts'
import { Value } from '../value.ts'

/** Trained factors of a PReLU, and which axes share them. */
export interface PReLUFactors {
  readonly alpha: Parameter
  /** Channels share a factor. */
  readonly single: boolean
  /** Floats of the factors of one pixel. */
  readonly floats: number
  /** Rows and columns of pixels that have factors of their own; 1 where all share them. */
  readonly rows: number
  readonly columns: number
}

/** y = x for x > 0, else alpha · x. */
export class PReLUOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly #factors: PReLUFactors

  constructor(layer: string, input: Value, factors: PReLUFactors) {
    this.layer = layer
    this.inputs = [input]
    this.#factors = factors
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  get parameters(): Parameter[] {
    return [this.#factors.alpha]
  }

  get #operands() {
    const { alpha, single, floats, rows, columns } = this.#factors
    const { shape, layout } = this.inputs[0]
    const across = shape.at(-2) ?? 1
    return {
      alpha: alpha.storage.at(),
      alphaRow: rows === 1 ? 0 : 4 * floats * columns,
      alphaColumn: columns === 1 ? 0 : 4 * floats,
      single: single ? 1 : 0,
      width: layout.width,
      rows: layout.rows / across,
      columns: across,
    }
  }

  forward(emit: Emitter): void {
    const x = emit.viewOf(this.inputs[0])
    const y = emit.viewOf(this.output)
    emit.emit('prelu', { x: x.base, xRow: x.row, y: y.base, yRow: y.row, ...this.#operands })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    const { alpha } = this.#factors
    if (!input.needsGradient && !alpha.trained) return
    const x = emit.viewOf(input)
    const dy = gradientOf(this.output)
    const dx = input.needsGradient ? emit.gradientTarget(input) : undefined
    emit.emit('preluBackward', {
      x: x.base,
      xRow: x.row,
      dy: dy.base,
      dyRow: dy.row,
      dx: dx ? dx.base : 0,
      dxRow: dx?.row ?? 0,
      ...this.#operands,
      dAlpha: alpha.trained ? alpha.gradient.at() : 0,
      dAlphaShard: alpha.part,
      count: alpha.size,
      accumulate: dx?.accumulate ?? 0,
    })
  }
}
