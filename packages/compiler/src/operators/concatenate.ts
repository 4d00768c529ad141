import { gradientOf, type Emitter } from '../emitter.ts'
import { sideBySide } from '../layout.ts'
import type { Operator } from '../operator.ts'
import { keepsRows, shifted, Value, type Dataflow } from '../value.ts'
import { RelayoutOperator } from './relayout.ts'

/** Puts values side by side along the last axis: each is computed within the output's rows, if it can be. */
export class ConcatenateOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly Value[]
  readonly output: Value
  readonly parameters = []
  readonly #offsets: readonly number[]
  readonly #settled = new Set<Value>()

  constructor(layer: string, inputs: readonly Value[], shape: readonly number[]) {
    this.layer = layer
    this.inputs = inputs
    const { layout, offsets } = sideBySide(inputs.map((input) => input.layout))
    this.#offsets = offsets
    this.output = new Value(layer, shape, layout, this)
  }

  /** Makes its output the parent of its inputs. An input that is also read as one stretch keeps a buffer of its own. */
  settle(): void {
    this.inputs.forEach((input, i) => {
      const root = rootOf(input)
      if (!root || root.parent || this.inputs.indexOf(input) !== this.inputs.lastIndexOf(input)) return
      root.parent = { value: this.output, offset: this.#offsets[i] as number }
      this.#settled.add(input)
    })
  }

  forward(emit: Emitter): void {
    const view = emit.viewOf(this.output)
    this.inputs.forEach((input, i) => {
      if (!this.#settled.has(input))
        emit.copy(input, emit.viewOf(input), shifted(view, this.#offsets[i] as number), false)
    })
  }

  backward(emit: Emitter): void {
    const gradient = gradientOf(this.output)
    this.inputs.forEach((input, i) => {
      if (!input.needsGradient) return
      const part = shifted(gradient, this.#offsets[i] as number)
      // A view's gradient is read as one stretch, so it cannot be a part of a longer row.
      if (
        (input.producer.isView && !keepsRows(input.producer)) ||
        this.inputs.indexOf(input) !== i ||
        input.producer instanceof RelayoutOperator
      ) {
        const target = emit.gradientTarget(input)
        emit.copy(input, part, target, target.accumulate === 1)
      } else emit.passGradient(input, part)
    })
  }

  gradientSpans(): { start: number; length: number }[] {
    return this.inputs.flatMap((input, i) => {
      const start = this.#offsets[i] as number
      return input.needsGradient ? [{ start, length: input.layout.stride }] : []
    })
  }
}

/** The value whose buffer `input` has, if it may be computed within a longer row; else nothing. */
function rootOf(input: Value): Value | undefined {
  const { producer, consumers } = input
  const others = consumers.filter((consumer) => !(consumer instanceof ConcatenateOperator))
  const concatenations = consumers.length - others.length
  if (
    others.some(
      (consumer) => (consumer.isView && !keepsRows(consumer)) || consumer instanceof RelayoutOperator,
    )
  )
    return undefined
  if (concatenations > 1 || producer instanceof RelayoutOperator) return undefined
  if (!producer.isView) return input
  return keepsRows(producer) ? rootOf(producer.inputs[0] as Value) : undefined
}

export function isConcatenate(operator: Dataflow): operator is ConcatenateOperator {
  return operator instanceof ConcatenateOperator
}
