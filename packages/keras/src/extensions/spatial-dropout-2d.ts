import * as tf from '@tensorflow/tfjs-core'
import { TreadleError } from '@treadle/core'
import { OneInputLayer, type LayerArgs, type LayerShape } from './base-layer.ts'

export interface SpatialDropout2DArgs {
  /** Probability that a channel is dropped, in [0, 1). */
  readonly rate: number
  readonly dataFormat?: 'channelsFirst' | 'channelsLast'
}

/**
 * Drops whole channels of images. The executors of @treadle/trainer draw repeatable masks for it; tfjs's own `fit`,
 * which calls the layer, is refused.
 */
export class SpatialDropout2D extends OneInputLayer {
  static className = 'SpatialDropout2D'
  readonly #args: SpatialDropout2DArgs

  constructor(args: SpatialDropout2DArgs & LayerArgs) {
    super(args)
    this.#args = { rate: args.rate, dataFormat: args.dataFormat ?? 'channelsLast' }
  }

  override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape | LayerShape[] {
    return shape
  }

  override call(inputs: tf.Tensor | tf.Tensor[], options?: { training?: boolean }): tf.Tensor {
    if (options?.training === true) {
      throw new TreadleError(
        'KERAS_NOT_TRAINABLE',
        `layer \`${this.name}\` (SpatialDropout2D) trains with \`fit\` of @treadle/trainer, not with \`model.fit\` of TensorFlow.js.`,
      )
    }
    return super.call(inputs)
  }

  protected override run(x: tf.Tensor): tf.Tensor {
    return tf.clone(x)
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#args }
  }
}
