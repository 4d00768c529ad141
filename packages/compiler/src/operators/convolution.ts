import type { Pair } from '@treadle/keras'
import {
  convolutionBorder,
  convolutionExtent,
  convolutionGradientExtent,
  convolutionMethod,
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
  writeTransformed,
  type ConvolutionShape,
  type ConvolutionSharing,
  type InputGradient,
  type Sides,
} from '@treadle/kernels'
import { gradientOf, type Emitter } from '../emitter.ts'
import { mapShapeOf, mapView, widest, type MapShape, type MapView } from '../feature-map.ts'
import { lastAxisLayout, padded, rowTable } from '../layout.ts'
import type { Operator } from '../operator.ts'
import { Parameter, type WeightOptions } from '../parameter.ts'
import type { Reference } from '../storage.ts'
import { Value } from '../value.ts'

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
  relu: boolean
  readonly writesBorder = true
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
    const { before } = this.#geometry
    const shape = this.#shape
    const method = convolutionMethod(shape)
    this.#x = input.border ? emit.mapOf(input) : this.#bordered(emit)
    const weights = emitTransformed(emit, this.kernel.storage.at(), shape, method)
    const x = fromPixel(emit, this.#x, -before[0], -before[1])
    writeConvolve(emit, x, emit.mapOf(this.output), shape, {
      weights,
      method,
      bias: this.bias ? this.bias.storage.at() : 0,
      flags: this.relu ? gemmFlags.relu : 0,
      byRow: 0,
    })
    if (emit.training && input.needsGradient) this.#flip(emit)
  }

  /** The input in the border that the kernel needs. */
  #bordered(emit: Emitter): MapView {
    const [input] = this.inputs
    const from = mapView(this.#input, emit.viewOf(input))
    const sides = this.#inputBorder(emit.training)
    const { spacing } = this.#geometry
    return writeBordered(emit, `bordered ${input.name}`, from, this.#input, { sides, spacing })
  }

  #inputBorder(training: boolean): Sides {
    const { spacing, before } = this.#geometry
    const shape = this.#shape
    const method = convolutionMethod(shape)
    const weightsMethod = this.#trains(training) ? convolutionWeightsMethod(shape) : method
    return convolutionBorder(this.#input, spacing, before, [
      convolutionExtent(shape, method),
      convolutionExtent(shape, weightsMethod),
    ])
  }

  /** Undefined for pixels with gaps or without padding. */
  wantedBorder(training: boolean): Sides | undefined {
    const { spacing } = this.#geometry
    return spacing[0] > 1 || spacing[1] > 1 || this.#input.packed ? undefined : this.#inputBorder(training)
  }

  /** The border in which it reads the gradient of its output, likewise. */
  get wantedGradientBorder(): Sides | undefined {
    const [input] = this.inputs
    if (this.#isSpaced) return undefined
    const trains = this.#trains(true)
    const { forInput, forWeights } = this.#gradientBorders
    if (!input.needsGradient) return trains ? forWeights : undefined
    return trains ? widest(forInput, forWeights) : forInput
  }

  #trains(training: boolean): boolean {
    return training && (this.kernel.trained || this.bias?.trained === true)
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

  get #isSpaced(): boolean {
    const { strides } = this.#geometry
    return strides[0] > 1 || strides[1] > 1
  }

  /** The borders of zeros around the gradient of the output that the two gradients need. */
  get #gradientBorders(): { forInput: Sides; forWeights: Sides } {
    const output = mapShapeOf(this.output)
    const { shape, before } = this.#inputGradient
    const { strides } = this.#geometry
    const forInput = convolutionExtent(shape, convolutionMethod(shape))
    const forWeights = convolutionGradientExtent(this.#shape, convolutionWeightsMethod(this.#shape))
    return {
      forInput: convolutionBorder(output, strides, before, [forInput]),
      forWeights: convolutionBorder(output, [1, 1], [0, 0], [forWeights]),
    }
  }

  backward(emit: Emitter): void {
    const { forInput, forWeights } = this.#borderedGradients(emit)
    if (forInput) this.#backwardInput(emit, forInput)
    if (forWeights) this.#backwardWeights(emit, forWeights)
  }

  /** The gradient of the output in the borders that the two gradients need, if they are computed. */
  #borderedGradients(emit: Emitter): Record<'forInput' | 'forWeights', MapView | undefined> {
    const trains = this.#trains(true)
    const { needsGradient } = this.inputs[0]
    const { gradientMap } = this.output
    if (gradientMap)
      return {
        forInput: needsGradient ? gradientMap : undefined,
        forWeights: trains ? gradientMap : undefined,
      }
    const output = mapShapeOf(this.output)
    const dy = mapView(output, gradientOf(this.output))
    const relu = this.relu && !this.output.gradientPastRelu ? emit.mapOf(this.output) : undefined
    const borders = this.#gradientBorders
    const name = `bordered d ${this.layer}`
    // One copy serves both, unless one of them needs its pixels spaced out.
    const shared = trains && !this.#isSpaced
    const sides = shared ? widest(borders.forInput, borders.forWeights) : borders.forInput
    const forInput = needsGradient
      ? writeBordered(emit, name, dy, output, { sides, spacing: this.#geometry.strides, relu })
      : undefined
    if (!trains) return { forInput, forWeights: undefined }
    const forWeights =
      forInput && shared
        ? forInput
        : writeBordered(emit, name, dy, output, { sides: borders.forWeights, relu })
    return { forInput, forWeights }
  }

  #backwardInput(emit: Emitter, dy: MapView): void {
    const [input] = this.inputs
    const { shape, before } = this.#inputGradient
    const from = fromPixel(emit, dy, -before[0], -before[1])
    const method = convolutionMethod(shape)
    const target = emit.gradientTarget(input)
    const dx = mapView(this.#input, target)
    const weights = this.#flipped as Reference
    const flags = target.accumulate ? gemmFlags.keep : 0
    writeConvolve(emit, from, dx, shape, { weights, method, bias: 0, flags, byRow: 0 })
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
