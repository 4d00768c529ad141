import {
  convolutionBorder,
  fromPixel,
  gemmFlags,
  mapOperands,
  windowOperands,
  writeBordered,
  writeDepthwiseInput,
  type Sides,
} from '@treadle/kernels'
import { gradientOf, type Emitter } from '../emitter.ts'
import { mapShapeOf, mapView, type MapShape, type MapView } from '../feature-map.ts'
import { lastAxisLayout, padded } from '../layout.ts'
import type { Operator } from '../operator.ts'
import { Parameter, type WeightOptions } from '../parameter.ts'
import { Value } from '../value.ts'
import { emitReluGradient } from './activation.ts'
import type { ConvolutionGeometry } from './convolution.ts'

/** A convolution of each channel by itself; filter c · multiplier + m reads channel c. */
export class DepthwiseOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly kernel: Parameter
  readonly bias: Parameter | undefined
  relu: boolean
  readonly writesBorder = true
  readonly #geometry: Omit<ConvolutionGeometry, 'spacing'>
  readonly #input: MapShape
  readonly #shape: ReturnType<typeof windowOperands> &
    Record<'height' | 'width' | 'channels' | 'filters' | 'multiplier', number>
  #x!: MapView

  constructor(
    layer: string,
    input: Value,
    options: {
      geometry: Omit<ConvolutionGeometry, 'spacing'>
      kernel: WeightOptions
      bias: WeightOptions | undefined
      multiplier: number
      relu: boolean
      shards: number
      shape: readonly number[]
    },
  ) {
    const { geometry, multiplier, shape, shards } = options
    this.layer = layer
    this.inputs = [input]
    this.relu = options.relu
    this.#geometry = geometry
    this.#input = mapShapeOf(input)
    this.output = new Value(layer, shape, lastAxisLayout(shape), this)
    const { height, width } = mapShapeOf(this.output)
    const filters = shape.at(-1) as number
    const row = padded(filters)
    const { channels } = this.#input
    this.#shape = { height, width, channels, filters: row, multiplier, ...windowOperands(geometry) }
    const taps = geometry.kernel[0] * geometry.kernel[1]
    this.kernel = new Parameter({
      ...options.kernel,
      name: `${layer}/depthwise_kernel`,
      // The model's kernel is [rows, columns, channels, multiplier].
      table: Int32Array.from(
        { length: taps * filters },
        (_, i) => Math.floor(i / filters) * row + (i % filters),
      ),
      size: taps * row,
      parts: shards,
    })
    this.bias =
      options.bias &&
      new Parameter({
        ...options.bias,
        name: `${layer}/bias`,
        table: Int32Array.from({ length: filters }, (_, i) => i),
        size: Math.ceil(filters / 16) * 16,
        parts: shards,
      })
  }

  get leavesZeros(): boolean {
    return this.relu
  }

  get parameters(): Parameter[] {
    return this.bias ? [this.kernel, this.bias] : [this.kernel]
  }

  wantedBorder(): Sides | undefined {
    return this.#input.packed ? undefined : this.#inputBorder
  }

  get #inputBorder(): Sides {
    const { before, kernel, strides, dilation } = this.#geometry
    const { height, width } = this.#shape
    return convolutionBorder(this.#input, [1, 1], before, [
      {
        rows: (height - 1) * strides[0] + (kernel[0] - 1) * dilation[0] + 1,
        columns: (width - 1) * strides[1] + (kernel[1] - 1) * dilation[1] + 1,
      },
    ])
  }

  forward(emit: Emitter): void {
    const { before } = this.#geometry
    this.#x = fromPixel(emit, this.#bordered(emit), -before[0], -before[1])
    emit.emit('depthwise', {
      ...mapOperands('x', this.#x),
      ...mapOperands('y', emit.mapOf(this.output)),
      weights: this.kernel.storage.at(),
      bias: this.bias ? this.bias.storage.at() : 0,
      ...this.#shape,
      flags: this.relu ? gemmFlags.relu : 0,
      byRow: 0,
    })
  }

  /** The input in the border that the kernel needs. */
  #bordered(emit: Emitter): MapView {
    const [input] = this.inputs
    if (input.border) return emit.mapOf(input)
    const from = mapView(this.#input, emit.viewOf(input))
    return writeBordered(emit, `bordered ${input.name}`, from, this.#input, { sides: this.#inputBorder })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    const gradient = gradientOf(this.output)
    if (this.relu && !this.output.gradientPastRelu) emitReluGradient(emit, this.output, gradient)
    const dy = mapView(mapShapeOf(this.output), gradient)
    const { kernel, bias } = this
    if (input.needsGradient) {
      const target = emit.gradientTarget(input)
      writeDepthwiseInput(emit, dy, mapView(this.#input, target), this.#shape, {
        weights: kernel.storage.at(),
        inputHeight: this.#input.height,
        inputWidth: this.#input.width,
        top: this.#geometry.before[0],
        left: this.#geometry.before[1],
        accumulate: target.accumulate,
      })
    }
    if (!kernel.trained && !bias?.trained) return
    emit.emit('depthwiseWeights', {
      ...mapOperands('x', this.#x),
      ...mapOperands('dy', dy),
      // The instruction computes both gradients; a frozen kernel's goes to a buffer without use.
      dw: kernel.trained
        ? kernel.gradient.at()
        : emit.storage('d kernel', 4 * kernel.size * emit.shards).at(),
      dwShard: kernel.trained ? kernel.part : 4 * kernel.size,
      db: bias?.trained ? bias.gradient.at() : 0,
      dbShard: bias?.trained ? bias.part : 0,
      ...this.#shape,
    })
  }
}
