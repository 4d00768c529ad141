import * as tf from '@tensorflow/tfjs-core'
import { completed } from '../dialects/rewrite-layers.ts'
import { OneInputLayer, oneShape, type LayerArgs, type LayerShape } from './base-layer.ts'

interface UpSamplingArgs {
  readonly size?: number | readonly [number, number] | null
  readonly dataFormat?: 'channelsFirst' | 'channelsLast'
}

/** Bilinear enlargement between the centres of pixels, as in Keras; tfjs interpolates between their corners. */
export class CompleteUpSampling2D extends OneInputLayer {
  static className = completed('UpSampling2D')
  readonly #size: readonly [number, number]
  readonly #first: boolean

  constructor(args: UpSamplingArgs & LayerArgs) {
    super(args)
    const size = args.size ?? 2
    this.#size = typeof size === 'number' ? [size, size] : size
    this.#first = args.dataFormat === 'channelsFirst'
  }

  override getClassName(): string {
    return 'UpSampling2D'
  }

  override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape {
    const from = this.#first ? 2 : 1
    return oneShape(shape).map((size, axis) => {
      const factor = this.#size[axis - from]
      return size === null || factor === undefined ? size : size * factor
    })
  }

  protected override run(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const images = this.#first ? tf.transpose(x, [0, 2, 3, 1]) : x
      const [batch, rows, columns, channels] = images.shape as [number, number, number, number]
      const [down, across] = this.#size
      const tall = enlarge(tf.reshape(images, [batch, rows, columns * channels]), down)
      const wide = enlarge(tf.reshape(tall, [batch * rows * down, columns, channels]), across)
      const y = tf.reshape(wide, [batch, rows * down, columns * across, channels])
      return this.#first ? tf.transpose(y, [0, 3, 1, 2]) : y
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      ...super.getConfig(),
      size: [...this.#size],
      dataFormat: this.#first ? 'channelsFirst' : 'channelsLast',
      interpolation: 'bilinear',
      // Tells readers that the file does not have tfjs's meaning.
      halfPixelCenters: true,
    }
  }
}

/** [n, size, width] → [n, size · factor, width], as a product with the weights of the two neighbours of each output. */
function enlarge(x: tf.Tensor3D, factor: number): tf.Tensor3D {
  const [count, size] = x.shape
  const weights = new Float32Array(size * factor * size)
  for (let i = 0; i < size * factor; i++) {
    const at = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), size - 1)
    const low = Math.floor(at)
    const high = Math.min(low + 1, size - 1)
    weights[i * size + low]! += 1 - (at - low)
    weights[i * size + high]! += at - low
  }
  const matrix = tf.tile(tf.tensor3d(weights, [1, size * factor, size]), [count, 1, 1])
  return tf.matMul(matrix, x)
}
