import * as tf from '@tensorflow/tfjs-core'
import { TreadleError } from '@treadle/core'
import { completed } from '../dialects/rewrite-layers.ts'
import type { Layer } from '../graph/layer.ts'
import { classOf, oneShape, type LayerShape } from './base-layer.ts'
import type { Registrable } from './register.ts'

type Config = tf.serialization.ConfigDict
type Weight = { read(): tf.Tensor }

export interface GroupsArgs {
  /** Groups of channels, at least 1; divides the channels of the input and the filters. Default 1. */
  readonly groups?: number
}

/** What a convolution of tfjs has. */
interface Fields {
  kernelSize: number[]
  dilationRate: number[]
  padding: string
  readonly strides: number[]
  readonly dataFormat: string
  readonly kernel: Weight
  depthwiseKernel: Weight
  readonly bias: Weight | null
  readonly activation: { apply(x: tf.Tensor): tf.Tensor } | null
  inputSpec: unknown
}

/** As Keras does. */
function refuseStrides(layer: Layer): void {
  const { strides, dilationRate } = layer as unknown as Fields
  if (strides.every((one) => one === 1) || dilationRate.every((one) => one === 1)) return
  throw new TreadleError(
    'KERAS_BAD_DILATION',
    `layer \`${layer.name}\` (${layer.getClassName()}): \`strides\` (=[${strides.join(', ')}]) and \`dilationRate\` (=[${dilationRate.join(', ')}]) are both above 1. Set one of them to 1.`,
  )
}

/** Elements [n, count, size] with zeros between them: [n, (count − 1) · rate + 1, size]. */
function apart(x: tf.Tensor3D, rate: number): tf.Tensor3D {
  const [n, count, size] = x.shape
  const alone = tf.pad(tf.reshape(x, [n * count, 1, size]), [
    [0, 0],
    [0, rate - 1],
    [0, 0],
  ])
  const whole = tf.reshape<tf.Rank.R3>(alone, [n, count * rate, size])
  return tf.slice(whole, 0, [n, (count - 1) * rate + 1, size])
}

/**
 * A kernel [rows, columns, …] with zeros between its taps, whose convolution is the dilated one: tfjs has no gradient of
 * dilated convolutions.
 */
function dilated(kernel: tf.Tensor4D, [down = 1, across = down]: readonly number[]): tf.Tensor4D {
  const [rows, columns, inputs, outputs] = kernel.shape
  const tall = apart(tf.reshape(kernel, [1, rows, columns * inputs * outputs]), down)
  const height = tall.shape[1]
  const wide = apart(tf.reshape(tall, [height, columns, inputs * outputs]), across)
  return tf.reshape(wide, [height, wide.shape[1], inputs, outputs])
}

/** Conv1D and Conv2D with groups of channels, and causal padding of Conv1D. */
function convolution(name: 'Conv1D' | 'Conv2D'): Registrable {
  return class extends classOf(name) {
    static className = completed(name)
    readonly #groups: number
    readonly #causal: boolean

    constructor(args: Config) {
      const causal = args['padding'] === 'causal'
      super({ ...args, padding: causal ? 'valid' : args['padding'] } as Config)
      this.#groups = Number(args['groups'] ?? 1)
      this.#causal = causal
      refuseStrides(this)
    }

    get #fields(): Fields {
      return this as unknown as Fields
    }

    override getClassName(): string {
      return name
    }

    /** With causal padding, the zeros before the first step. */
    get #before(): number {
      const { kernelSize, dilationRate } = this.#fields
      return this.#causal ? ((kernelSize[0] as number) - 1) * (dilationRate[0] as number) : 0
    }

    override build(inputShape: LayerShape | LayerShape[]): void {
      const shape = oneShape(inputShape)
      const fields = this.#fields
      const axis = fields.dataFormat === 'channelsFirst' ? 1 : shape.length - 1
      const channels = shape[axis] as number
      const filters = Number(super.getConfig()['filters'])
      for (const count of [channels, filters]) {
        if (count % this.#groups === 0) continue
        throw new TreadleError(
          'KERAS_BAD_SHAPE',
          `layer \`${this.name}\` (${name}): \`groups\` (=${this.#groups}) must divide the ${channels} channels of its input and its ${filters} filters.`,
        )
      }
      super.build(shape.with(axis, channels / this.#groups))
      fields.inputSpec = [{ ndim: shape.length, axes: { [axis]: channels } }]
    }

    override computeOutputShape(inputShape: LayerShape | LayerShape[]): LayerShape {
      const shape = oneShape(inputShape)
      const [, length] = shape
      const padded = this.#causal && typeof length === 'number' ? shape.with(1, length + this.#before) : shape
      return super.computeOutputShape(padded) as LayerShape
    }

    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      const { strides, padding, dataFormat, dilationRate, kernel, bias, activation } = this.#fields
      const first = dataFormat === 'channelsFirst'
      return tf.tidy(() => {
        const given = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor
        const x = first ? tf.transpose(given, [0, 2, 3, 1]) : given
        // A sequence is an image of one row.
        const rows = x.rank === 3
        const image = (rows ? tf.expandDims(x, 1) : x) as tf.Tensor4D
        const padded = tf.pad<tf.Tensor4D>(image, [
          [0, 0],
          [0, 0],
          [this.#before, 0],
          [0, 0],
        ])
        const window = (rows ? tf.expandDims(kernel.read(), 0) : kernel.read()) as tf.Tensor4D
        // tfjs has no gradient of a split into one part.
        const split = (whole: tf.Tensor4D) =>
          this.#groups === 1 ? [whole] : tf.split<tf.Tensor4D>(whole, this.#groups, 3)
        const kernels = split(dilated(window, rows ? [1, ...dilationRate] : dilationRate))
        const step = (rows ? [1, ...strides] : strides) as [number, number]
        const parts = split(padded).map((part, i) =>
          tf.conv2d(part, kernels[i] as tf.Tensor4D, step, padding as 'same' | 'valid'),
        )
        const joined = tf.concat(parts, 3)
        const summed = bias ? tf.add(joined, bias.read()) : joined
        const sequence = rows ? tf.squeeze(summed, [1]) : summed
        const y = first ? tf.transpose(sequence, [0, 3, 1, 2]) : sequence
        return activation ? activation.apply(y) : y
      })
    }

    override getConfig(): Config {
      const config = { ...super.getConfig(), groups: this.#groups }
      return this.#causal ? { ...config, padding: 'causal' } : config
    }
  }
}

/** A convolution of tfjs that ignores its dilation, which the kernel has instead. */
function spread(
  name: 'DepthwiseConv2D' | 'Conv2DTranspose',
  weight: 'depthwiseKernel' | 'kernel',
  marker: Config,
): Registrable {
  return class extends classOf(name) {
    static className = completed(name)

    constructor(args: Config) {
      super(args)
      refuseStrides(this)
    }

    override getClassName(): string {
      return name
    }

    /** Runs a method of tfjs's class with the size of the dilated kernel. */
    #dilated<Result>(run: () => Result): Result {
      const fields = this as unknown as Fields
      const { kernelSize, dilationRate } = fields
      fields.kernelSize = kernelSize.map((size, i) => (size - 1) * (dilationRate[i] as number) + 1)
      try {
        return run()
      } finally {
        fields.kernelSize = kernelSize
      }
    }

    override computeOutputShape(inputShape: LayerShape | LayerShape[]): LayerShape | LayerShape[] {
      return this.#dilated(() => super.computeOutputShape(inputShape))
    }

    override call(inputs: tf.Tensor | tf.Tensor[], options: object): tf.Tensor {
      const fields = this as unknown as { [name in typeof weight]: Weight } & Fields
      const own = fields[weight]
      return tf.tidy(() => {
        const kernel = dilated(own.read() as tf.Tensor4D, fields.dilationRate)
        Object.assign(fields, { [weight]: { read: () => kernel } })
        try {
          return this.#dilated(() => super.call(inputs, options) as tf.Tensor)
        } finally {
          Object.assign(fields, { [weight]: own })
        }
      })
    }

    override getConfig(): Config {
      const { dilationRate } = this as unknown as Fields
      return { ...super.getConfig(), dilationRate: [...dilationRate], ...marker }
    }
  }
}

export const CompleteConv1D = convolution('Conv1D')
export const CompleteConv2D = convolution('Conv2D')
export const CompleteConv2DTranspose = spread('Conv2DTranspose', 'kernel', {})
/** `dilates` tells readers that the file does not have tfjs's meaning. */
export const CompleteDepthwiseConv2D = spread('DepthwiseConv2D', 'depthwiseKernel', { dilates: true })
