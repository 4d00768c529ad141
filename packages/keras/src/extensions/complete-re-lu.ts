import * as tf from '@tensorflow/tfjs-core'
import { completed } from '../dialects/rewrite-layers.ts'
import { OneInputLayer, type LayerArgs, type LayerShape } from './base-layer.ts'

interface ReLUArgs {
  readonly maxValue?: number | null
  readonly negativeSlope?: number | null
  readonly threshold?: number | null
}

/** ReLU with a slope below its threshold: y = min(x, maxValue) for x ≥ threshold, else negativeSlope · (x − threshold). */
export class CompleteReLU extends OneInputLayer {
  static className = completed('ReLU')
  readonly #args: ReLUArgs

  constructor(args: ReLUArgs & LayerArgs) {
    super(args)
    const { maxValue = null, negativeSlope = 0, threshold = 0 } = args
    this.#args = { maxValue, negativeSlope, threshold }
  }

  override getClassName(): string {
    return 'ReLU'
  }

  override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape | LayerShape[] {
    return shape
  }

  protected override run(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const { maxValue, negativeSlope, threshold } = this.#args
      const limit = threshold ?? 0
      // Keras compares with ≥ where it computes both sides; at the threshold they differ.
      const above = tf.cast(tf.greaterEqual(x, limit), 'float32')
      const limited = maxValue == null ? x : tf.minimum(x, maxValue)
      const below = tf.mul(tf.sub(x, limit), negativeSlope ?? 0)
      return tf.add(tf.mul(limited, above), tf.mul(below, tf.sub(1, above)))
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...(this.#args as tf.serialization.ConfigDict) }
  }
}
