import { fromPixel, writeClearBorder, writePlace, type Sides } from '@treadle/kernels'
import { gradientOf, type Emitter } from '../emitter.ts'
import { mapShapeOf, mapView, type MapShape } from '../feature-map.ts'
import type { Operator } from '../operator.ts'
import { Value } from '../value.ts'

/** Pixels that a side cuts off. */
const cut = (side: number): number => Math.max(0, -side)

/** A map in a border of zeros; negative sides crop it. */
export class PlaceOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly leavesZeros = true
  readonly #input: MapShape
  readonly #sides: Sides

  constructor(layer: string, input: Value, sides: Sides, shape: readonly number[]) {
    this.layer = layer
    this.inputs = [input]
    this.#sides = sides
    this.#input = mapShapeOf(input)
    const { height, width } = this.#input
    const rows = (sides.top + height + sides.bottom) * (sides.left + width + sides.right)
    this.output = new Value(layer, shape, { ...input.layout, rows }, this)
  }

  /** The block of pixels that both maps have: its position in the input and the output, and its size. */
  get #block() {
    const { height, width, channels } = this.#input
    const { top, left, bottom, right } = this.#sides
    return {
      input: [cut(top), cut(left)] as const,
      output: [Math.max(0, top), Math.max(0, left)] as const,
      size: {
        height: height - cut(top) - cut(bottom),
        width: width - cut(left) - cut(right),
        channels,
      },
    }
  }

  forward(emit: Emitter): void {
    const { input, output, size } = this.#block
    const x = mapView(this.#input, emit.viewOf(this.inputs[0]))
    const y = fromPixel(emit, mapView(mapShapeOf(this.output), emit.viewOf(this.output)), ...output)
    const [top, left, bottom, right] = [
      this.#sides.top,
      this.#sides.left,
      this.#sides.bottom,
      this.#sides.right,
    ].map((side) => Math.max(0, side)) as [number, number, number, number]
    if (top + left + bottom + right > 0) writeClearBorder(emit, y, size, { top, left, bottom, right })
    writePlace(emit, fromPixel(emit, x, ...input), y, size)
  }

  backward(emit: Emitter): void {
    const [value] = this.inputs
    if (!value.needsGradient) return
    const { input, output, size } = this.#block
    const dy = fromPixel(emit, mapView(mapShapeOf(this.output), gradientOf(this.output)), ...output)
    const target = emit.gradientTarget(value)
    const dx = fromPixel(emit, mapView(this.#input, target), ...input)
    if (!target.accumulate) {
      const { top, left, bottom, right } = this.#sides
      const sides = { top: cut(top), left: cut(left), bottom: cut(bottom), right: cut(right) }
      if (Object.values(sides).some(Boolean)) writeClearBorder(emit, dx, size, sides)
    }
    writePlace(emit, dy, dx, size, target.accumulate)
  }
}
