import { gradientOf, type Emitter } from '../emitter.ts'
import type { Layout } from '../layout.ts'
import type { Operator } from '../operator.ts'
import { Value } from '../value.ts'

/** The same buffer under another shape. */
export class ViewOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly isView = true

  constructor(layer: string, input: Value, shape: readonly number[], layout: Layout) {
    this.layer = layer
    this.inputs = [input]
    this.output = new Value(layer, shape, layout, this)
  }

  /** Its readers find it where its input lies. */
  forward(): void {}

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (!input.needsGradient) return
    const { base, row } = gradientOf(this.output)
    // Rows may have another length; those of a value that is viewed follow each other without gaps.
    emit.passGradient(input, {
      base,
      row: input.layout === this.output.layout ? row : 4 * input.layout.stride,
    })
  }

  gradientSpans(output: Value): { start: number; length: number }[] {
    const [input] = this.inputs
    return input.layout === output.layout ? input.gradientSpans : [{ start: 0, length: output.layout.stride }]
  }
}
