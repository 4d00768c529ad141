import { gradientOf, type Emitter } from '../emitter.ts'
import { sideBySide } from '../layout.ts'
import type { LayerRule } from '../network.ts'
import type { Operator } from '../operator.ts'
import { shifted, Value } from '../value.ts'
import { RelayoutOperator } from './relayout.ts'

/** Puts values side by side along the last axis: each is computed where it belongs, if it can be. */
class ConcatenateOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly Value[]
  readonly output: Value
  readonly parameters = []
  readonly #offsets: readonly number[]

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
      const movable =
        !input.home &&
        !input.producer.isView &&
        !(input.producer instanceof RelayoutOperator) &&
        input.consumers.every((consumer) => !consumer.isView && !(consumer instanceof RelayoutOperator)) &&
        input.consumers.filter((consumer) => consumer instanceof ConcatenateOperator).length === 1 &&
        this.inputs.indexOf(input) === this.inputs.lastIndexOf(input)
      if (movable) input.home = { value: this.output, offset: this.#offsets[i] as number }
    })
  }

  forward(emit: Emitter): void {
    const place = emit.place(this.output)
    this.inputs.forEach((input, i) => {
      if (input.home?.value !== this.output)
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
        input.producer.isView ||
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

export const concatenate: LayerRule = {
  classNames: ['Concatenate'],
  refusal({ config, shape }) {
    const axis = config['axis'] as number
    return axis === -1 || axis === shape.length ? undefined : `\`axis\` (=${axis}) must be the last.`
  },
  build(node, inputs, network) {
    const parts = inputs.map((input) =>
      input.axis.whole ? network.add(new RelayoutOperator(node.name, input, input.shape)) : input,
    )
    return network.add(new ConcatenateOperator(node.name, parts, node.shape))
  },
}

export function isConcatenate(operator: Operator): operator is ConcatenateOperator {
  return operator instanceof ConcatenateOperator
}
