import type { Emitter } from '../emitter.ts'
import { lastAxisLayout } from '../layout.ts'
import type { Operator } from '../operator.ts'
import type { Reference } from '../storage.ts'
import { Value } from '../value.ts'

/**
 * The activity regularization of a call of a layer: l1·Σ|x| + l2·Σx² of each sample, whose mean is part of the loss. Nothing
 * reads its output but the loss, or the caller of an inference program.
 */
export class ActivityOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  /** Shape [1]; computed in inference. */
  readonly output: Value
  readonly parameters = []
  /** Where training puts the sums: a float64 for each shard. */
  sums: Reference | undefined
  readonly #factors: { readonly l1: number; readonly l2: number }

  constructor(layer: string, input: Value, factors: { readonly l1: number; readonly l2: number }) {
    this.layer = layer
    this.inputs = [input]
    this.#factors = factors
    this.output = new Value(`${layer} activity`, [1], lastAxisLayout([1]), this)
  }

  forward(emit: Emitter): void {
    const [input] = this.inputs
    const x = emit.viewOf(input)
    const y = this.sums ? { base: 0, row: 0 } : emit.viewOf(this.output)
    emit.emit('activityLoss', {
      x: x.base,
      xRow: x.row,
      width: input.layout.stride,
      lines: input.layout.rows,
      y: y.base,
      yRow: y.row,
      sums: this.sums ?? 0,
      ...this.#factors,
    })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    const x = emit.viewOf(input)
    const dx = emit.gradientTarget(input)
    emit.emit('activityGradient', {
      x: x.base,
      xRow: x.row,
      dx: dx.base,
      dxRow: dx.row,
      width: input.layout.stride,
      lines: input.layout.rows,
      accumulate: dx.accumulate,
      ...this.#factors,
    })
  }
}
