import * as tf from '@tensorflow/tfjs-core'
import { completed } from '../dialects/rewrite-layers.ts'
import { classOf, OneInputLayer, type LayerArgs, type LayerShape } from './base-layer.ts'

/** ELU with any α: x for x > 0, else α · (eˣ − 1). tfjs has α = 1 alone. */
export class CompleteELU extends OneInputLayer {
  static className = completed('ELU')
  readonly #alpha: number

  constructor(args: LayerArgs & { readonly alpha: number }) {
    super(args)
    this.#alpha = args.alpha
  }

  override getClassName(): string {
    return 'ELU'
  }

  override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape | LayerShape[] {
    return shape
  }

  protected override run(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => tf.add(tf.relu(x), tf.mul(this.#alpha, tf.elu(tf.minimum(x, 0)))))
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), alpha: this.#alpha }
  }
}

/** Softmax along any axis. tfjs has the last alone. */
export class CompleteSoftmax extends OneInputLayer {
  static className = completed('Softmax')
  readonly #axis: number

  constructor(args: LayerArgs & { readonly axis: number }) {
    super(args)
    this.#axis = args.axis
  }

  override getClassName(): string {
    return 'Softmax'
  }

  override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape | LayerShape[] {
    return shape
  }

  protected override run(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const powers = tf.exp(tf.sub(x, tf.max(x, this.#axis, true)))
      return tf.div(powers, tf.sum(powers, this.#axis, true))
    })
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), axis: this.#axis }
  }
}

/** PReLU with a factor that several axes share: x for x > 0, else α · x. tfjs's kernel takes α by the last axis. */
export class CompletePReLU extends classOf('PReLU') {
  static className = completed('PReLU')

  override getClassName(): string {
    return 'PReLU'
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor
    const { alpha } = this as unknown as { alpha: { read(): tf.Tensor } }
    return tf.tidy(() => tf.add(tf.relu(x), tf.mul(alpha.read(), tf.minimum(x, 0))))
  }
}
