import type { Pair } from '@treadle/keras'
import {
  borderedBuffer,
  convolutionBorder,
  convolutionExtent,
  convolutionGradientExtent,
  convolutionMethod,
  convolutionMethods,
  convolutionSharing,
  convolutionWeights,
  convolutionWeightsMethod,
  fromPixel,
  gemmFlags,
  inputGradient,
  windowOperands,
  writeBordered,
  writeConvolve,
  writeConvolveWeights,
  writePlace,
  writeTransformed,
  type ConvolutionShape,
  type ConvolutionSharing,
  type InputGradient,
  type Sides,
} from '@treadle/kernels'
import { gradientOf, type Emitter } from '../emitter.ts'
import { mapShapeOf, mapView, type MapShape, type MapView } from '../feature-map.ts'
import { lastAxisLayout, padded, rowTable } from '../layout.ts'
import type { Operator } from '../operator.ts'
import { Parameter, type WeightOptions } from '../parameter.ts'
import type { Reference } from '../storage.ts'
import { Value } from '../value.ts'
import { emitReluGradient } from './activation.ts'

/** Where the taps of a kernel meet the input. */
export interface ConvolutionGeometry {
  readonly kernel: Pair
  readonly strides: Pair
  readonly dilation: Pair
  /** Distance of neighbouring input pixels on the grid that the kernel moves over; the grid is zero between them. */
  readonly spacing: Pair
  /** Rows and columns of zeros above and to the left of the input. */
  readonly before: Pair
}

/** y = act(x ∗ W + b) over the pixels of a map, act none or ReLU. */
export class ConvolutionOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly kernel: Parameter
  readonly bias: Parameter | undefined
  readonly relu: boolean
  /** Whether the last axis of the model's kernel is the filters. */
  readonly kernelEndsInFilters: boolean
  readonly #geometry: ConvolutionGeometry
  readonly #shape: ConvolutionShape
  readonly #input: MapShape
  readonly #sharing: ConvolutionSharing
  #x!: MapView
  /** Flipped and, for a Winograd method, transformed: for the gradient by the input. */
  #flipped: Reference | undefined

  /**
   * @param options `index` gives the row-major index of the weight of tap (ky, kx), channel and filter in the model's
   *   kernel
   */
  constructor(
    layer: string,
    input: Value,
    options: {
      geometry: ConvolutionGeometry
      kernel: WeightOptions
      bias: WeightOptions | undefined
      filters: number
      relu: boolean
      network: { readonly shards: number; readonly batchSize: number }
      shape: readonly number[]
      index: (ky: number, kx: number, channel: number, filter: number) => number
    },
  ) {
    const { geometry, filters, shape, network } = options
    this.layer = layer
    this.inputs = [input]
    this.relu = options.relu
    this.kernelEndsInFilters = filters === 1 || options.index(0, 0, 0, 1) === options.index(0, 0, 0, 0) + 1
    this.#geometry = geometry
    this.#input = mapShapeOf(input)
    this.output = new Value(layer, shape, lastAxisLayout(shape), this)
    const { height, width } = mapShapeOf(this.output)
    this.#shape = {
      height,
      width,
      channels: this.#input.channels,
      filters: padded(filters),
      ...windowOperands(geometry),
    }
    const layout = convolutionWeights(this.#shape)
    const positions = this.#input.packed ? undefined : rowTable(input.layout)
    const channels = input.shape.at(-1) ?? 1
    const [kernelHeight, kernelWidth] = geometry.kernel
    const table = new Int32Array(kernelHeight * kernelWidth * channels * filters)
    for (let ky = 0; ky < kernelHeight; ky++) {
      for (let kx = 0; kx < kernelWidth; kx++) {
        for (let channel = 0; channel < channels; channel++) {
          const position = positions ? (positions[channel] as number) : channel
          const row = (ky * kernelWidth + kx) * this.#shape.channels + position
          for (let filter = 0; filter < filters; filter++)
            table[options.index(ky, kx, channel, filter)] = layout.at(row, filter)
        }
      }
    }
    const size = layout.bytes / 4
    this.#sharing = convolutionSharing(this.#shape, convolutionWeightsMethod(this.#shape), network)
    const { parts } = this.#sharing
    this.kernel = new Parameter({ ...options.kernel, name: `${layer}/kernel`, table, size, parts })
    this.bias =
      options.bias &&
      new Parameter({
        ...options.bias,
        name: `${layer}/bias`,
        table: Int32Array.from({ length: filters }, (_, i) => i),
        // Read in whole panels.
        size: Math.ceil(filters / 16) * 16,
        parts,
      })
  }

  get leavesZeros(): boolean {
    return this.relu
  }

  get parameters(): Parameter[] {
    return this.bias ? [this.kernel, this.bias] : [this.kernel]
  }

  forward(emit: Emitter): void {
    const [input] = this.inputs
    const { spacing, before } = this.#geometry
    const shape = this.#shape
    const method = convolutionMethod(shape)
    const weightsMethod = this.#trains(emit) ? convolutionWeightsMethod(shape) : method
    const sides = convolutionBorder(this.#input, spacing, before, [
      convolutionExtent(shape, method),
      convolutionExtent(shape, weightsMethod),
    ])
    const from = mapView(this.#input, emit.viewOf(input))
    this.#x = writeBordered(emit, `bordered ${input.name}`, from, this.#input, sides, spacing)
    const weights = emitTransformed(emit, this.kernel.storage.at(), shape, method)
    const y = mapView(mapShapeOf(this.output), emit.viewOf(this.output))
    writeConvolve(emit, fromPixel(emit, this.#x, -before[0], -before[1]), y, shape, {
      weights,
      method,
      bias: this.bias ? this.bias.storage.at() : 0,
      flags: this.relu ? gemmFlags.relu : 0,
      byRow: 0,
    })
    if (emit.training && input.needsGradient) this.#flip(emit)
  }

  #trains(emit: Emitter): boolean {
    return emit.training && (this.kernel.trained || this.bias?.trained === true)
  }

  get #inputGradient(): InputGradient {
    const { before, spacing } = this.#geometry
    return inputGradient(this.#geometry, this.#input, this.#shape.filters, before, spacing)
  }

  #flip(emit: Emitter): void {
    const { channels, filters, kernelHeight, kernelWidth } = this.#shape
    const { shape } = this.#inputGradient
    const target = emit.storage('kernel, flipped', convolutionWeights(shape).bytes).at()
    const source = this.kernel.storage.at()
    emit.emit('flipWeights', { source, target, channels, filters, kernelHeight, kernelWidth })
    this.#flipped = emitTransformed(emit, target, shape, convolutionMethod(shape))
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    const gradient = gradientOf(this.output)
    if (this.relu && !this.output.gradientPastRelu) emitReluGradient(emit, this.output, gradient)
    const output = mapShapeOf(this.output)
    const dy = mapView(output, gradient)
    const { strides } = this.#geometry
    const { shape, before: border } = this.#inputGradient
    const extents = [convolutionExtent(shape, convolutionMethod(shape))]
    const forInput = convolutionBorder(output, strides, border, extents)
    const forWeights = convolutionBorder(
      output,
      [1, 1],
      [0, 0],
      [convolutionGradientExtent(this.#shape, convolutionWeightsMethod(this.#shape))],
    )
    const name = `bordered d ${this.layer}`
    const trains = this.#trains(emit)
    const spaced = strides[0] > 1 || strides[1] > 1
    // One copy of dy serves both gradients, unless one of them needs its pixels spaced out.
    const sides = trains && !spaced ? widest(forInput, forWeights) : forInput
    const bordered = input.needsGradient ? writeBordered(emit, name, dy, output, sides, strides) : undefined
    if (bordered) this.#backwardInput(emit, fromPixel(emit, bordered, -border[0], -border[1]))
    if (!trains) return
    const shared = bordered && !spaced ? bordered : writeBordered(emit, name, dy, output, forWeights)
    this.#backwardWeights(emit, shared)
  }

  #backwardInput(emit: Emitter, from: MapView): void {
    const [input] = this.inputs
    const { shape } = this.#inputGradient
    const method = convolutionMethod(shape)
    const target = emit.gradientTarget(input)
    const dx = mapView(this.#input, target)
    const weights = this.#flipped as Reference
    const direct = method === convolutionMethods.direct
    if (!target.accumulate || direct) {
      const flags = target.accumulate ? gemmFlags.keep : 0
      writeConvolve(emit, from, dx, shape, { weights, method, bias: 0, flags, byRow: 0 })
      return
    }
    const sum = borderedBuffer(emit, 'd input', this.#input)
    writeConvolve(emit, from, sum, shape, { weights, method, bias: 0, flags: 0, byRow: 0 })
    writePlace(emit, sum, dx, this.#input, 1)
  }

  #backwardWeights(emit: Emitter, dy: MapView): void {
    const { before } = this.#geometry
    const shape = this.#shape
    const method = convolutionWeightsMethod(shape)
    const { kernel, bias } = this
    const gradientOfBias = bias?.trained ? bias : undefined
    writeConvolveWeights(emit, fromPixel(emit, this.#x, -before[0], -before[1]), dy, shape, {
      // The instruction computes both gradients; a frozen kernel's goes to a buffer without use.
      dw: kernel.trained
        ? kernel.gradient.at()
        : emit.storage('d kernel', 4 * kernel.size * kernel.parts).at(),
      dwPart: kernel.trained ? kernel.part : 4 * kernel.size,
      db: gradientOfBias ? gradientOfBias.gradient.at() : 0,
      dbPart: gradientOfBias?.part ?? 0,
      method,
      ...this.#sharing,
    })
  }
}

/** The border that is enough for both. */
function widest(a: Sides, b: Sides): Sides {
  return {
    top: Math.max(a.top, b.top),
    left: Math.max(a.left, b.left),
    bottom: Math.max(a.bottom, b.bottom),
    right: Math.max(a.right, b.right),
  }
}

/** The weights as the method multiplies with them. Inference keeps them: they change with the weights alone. */
function emitTransformed(
  emit: Emitter,
  source: Reference,
  shape: ConvolutionShape,
  method: number,
): Reference {
  return writeTransformed(emit, source, shape, method, (bytes) =>
    emit.storage('kernel, transformed', bytes, !emit.training).at(),
  )
}
