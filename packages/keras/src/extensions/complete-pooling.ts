import * as tf from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import { completed } from '../dialects/rewrite-layers.ts'
import { OneInputLayer, oneShape, type LayerArgs, type LayerShape } from './base-layer.ts'
import type { Registrable } from './register.ts'

export interface GlobalPoolingArgs {
  /** Default 'channelsLast'. */
  readonly dataFormat?: 'channelsFirst' | 'channelsLast'
  /** Whether the axes that are reduced stay, with size 1. Default false. */
  readonly keepdims?: boolean
}

type Args = LayerArgs & Pick<GlobalPoolingArgs, 'dataFormat'>

/** Global pooling that keeps the axes it reduces, with size 1 (`keepdims`), which tfjs ignores. */
function globalPooling(name: string, rank: number, pool: typeof tf.mean): Registrable {
  return class extends OneInputLayer {
    static className = completed(name)
    readonly #dataFormat: 'channelsFirst' | 'channelsLast'

    constructor(args: Args) {
      super(args)
      this.#dataFormat = args.dataFormat ?? 'channelsLast'
    }

    override getClassName(): string {
      return name
    }

    get #axes(): number[] {
      const first = this.#dataFormat === 'channelsLast' ? 1 : 2
      return Array.from({ length: rank - 2 }, (_, i) => first + i)
    }

    override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape {
      const axes = this.#axes
      return oneShape(shape).map((size, axis) => (axes.includes(axis) ? 1 : size))
    }

    protected override run(x: tf.Tensor): tf.Tensor {
      return pool(x, this.#axes, true)
    }

    override getConfig(): tf.serialization.ConfigDict {
      return { ...super.getConfig(), dataFormat: this.#dataFormat, keepdims: true }
    }
  }
}

type PoolArgs = Parameters<typeof layers.averagePooling2d>[0]

/** The average over the part of each window that lies inside the image; tfjs divides by the whole window's size. */
export class CompleteAveragePooling2D extends OneInputLayer {
  static className = completed('AveragePooling2D')
  readonly #pooling: layers.Layer

  constructor(args: PoolArgs) {
    super(args)
    this.#pooling = layers.averagePooling2d(args)
  }

  override getClassName(): string {
    return 'AveragePooling2D'
  }

  override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape {
    return this.#pooling.computeOutputShape(shape) as LayerShape
  }

  protected override run(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const pool = (value: tf.Tensor) => this.#pooling.call(value, {}) as tf.Tensor
      return tf.div(pool(x), pool(tf.onesLike(x)))
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    // `paddingCounts` tells readers that the file does not have tfjs's meaning.
    return { ...this.#pooling.getConfig(), ...super.getConfig(), name: this.name, paddingCounts: false }
  }
}

export const CompleteGlobalAveragePooling1D = globalPooling('GlobalAveragePooling1D', 3, tf.mean)
export const CompleteGlobalAveragePooling2D = globalPooling('GlobalAveragePooling2D', 4, tf.mean)
export const CompleteGlobalMaxPooling1D = globalPooling('GlobalMaxPooling1D', 3, tf.max)
export const CompleteGlobalMaxPooling2D = globalPooling('GlobalMaxPooling2D', 4, tf.max)
