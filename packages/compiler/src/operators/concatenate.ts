import { gradientOf, type Emitter } from '../emitter.ts'
import { sideBySide } from '../layout.ts'
import type { Operator } from '../operator.ts'
import { shifted, Value, type Dataflow } from '../value.ts'
import { RelayoutOperator } from './relayout.ts'

/** Puts values side by side along the last axis: each is computed where it belongs, if it can be. */
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

  /** Offers its inputs a home in its output. One whose lines another reads as one stretch has to stay alone. */
  settle(): void {
    this.inputs.forEach((input, i) => {
      const root = rootOf(input)
      if (!root || root.home || this.inputs.indexOf(input) !== this.inputs.lastIndexOf(input)) return
      root.home = { value: this.output, offset: this.#offsets[i] as number }
      this.#settled.add(input)
    })
  }

  forward(emit: Emitter): void {
    const place = emit.place(this.output)
    this.inputs.forEach((input, i) => {
      if (!this.#settled.has(input))
        emit.copy(input, emit.place(input), shifted(place, this.#offsets[i] as number), false)
    })
  }

  backward(emit: Emitter): void {
    const gradient = gradientOf(this.output)
    this.inputs.forEach((input, i) => {
      if (!input.needsGradient) return
      const part = shifted(gradient, this.#offsets[i] as number)
      // A view's gradient is read as one stretch, so it cannot stay a part of a longer line.
      if (
        (input.producer.isView && !keepsLines(input.producer)) ||
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

/** The value that is computed where `input` lies, if it may be computed within a longer line; else nothing. */
function rootOf(input: Value): Value | undefined {
  const { producer, consumers } = input
  const others = consumers.filter((consumer) => !(consumer instanceof ConcatenateOperator))
  const concatenations = consumers.length - others.length
  if (
    others.some(
      (consumer) => (consumer.isView && !keepsLines(consumer)) || consumer instanceof RelayoutOperator,
    )
  )
    return undefined
  if (concatenations > 1 || producer instanceof RelayoutOperator) return undefined
  if (!producer.isView) return input
  return keepsLines(producer) ? rootOf(producer.inputs[0] as Value) : undefined
}

/** A view that changes neither shape nor lines. */
function keepsLines({ inputs, output }: Dataflow): boolean {
  return inputs[0]?.layout === output.layout && inputs[0].shape.join() === output.shape.join()
}

export function isConcatenate(operator: Dataflow): operator is ConcatenateOperator {
  return operator instanceof ConcatenateOperator
}
