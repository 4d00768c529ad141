import * as tf from '@tensorflow/tfjs-core'
import { initializers, type LayerVariable } from '@tensorflow/tfjs-layers'
import { OneInputLayer, oneShape, type LayerArgs, type LayerShape } from './base-layer.ts'

type Numbers = number | readonly number[] | readonly Numbers[]

export interface NormalizationArgs {
  /** Axes with statistics of their own, counting the batch dimension; null for one mean and variance in all. −1 unless given. */
  readonly axis?: number | readonly number[] | null
  /** Known statistics; unless given, they are the weights `mean` and `variance`. */
  readonly mean?: Numbers | null
  readonly variance?: Numbers | null
  /** Computes the inverse: y = x · √variance + mean. */
  readonly invert?: boolean
}

/** Keras's smallest standard deviation: `keras.backend.epsilon()`. */
const EPSILON = 1e-7

/** y = (x − mean) / max(√variance, 1e-7), with statistics that are not trained. */
export class Normalization extends OneInputLayer {
  static className = 'Normalization'
  readonly #args: NormalizationArgs
  #mean: LayerVariable | undefined
  #variance: LayerVariable | undefined

  constructor(args: NormalizationArgs & LayerArgs = {}) {
    super(args)
    const { axis = -1, mean = null, variance = null, invert = false } = args
    this.#args = { axis, mean, variance, invert }
  }

  override build(shape: LayerShape | LayerShape[]): void {
    if (this.#args.mean == null) {
      const { ones, zeros } = initializers
      const size = this.#axes(oneShape(shape).length).map((axis) => oneShape(shape)[axis] as number)
      this.#mean = this.addWeight('mean', size, 'float32', zeros(), undefined, false)
      this.#variance = this.addWeight('variance', size, 'float32', ones(), undefined, false)
    }
    super.build(shape)
  }

  override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape | LayerShape[] {
    return shape
  }

  protected override run(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const axes = this.#axes(x.rank)
      const shape = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1))
      const spread = (known: LayerVariable | undefined, given: Numbers | null | undefined) => {
        const values = known?.read() ?? tf.tensor(given as number[])
        return values.size === 1
          ? tf.reshape(
              values,
              shape.map(() => 1),
            )
          : tf.reshape(values, shape)
      }
      const mean = spread(this.#mean, this.#args.mean)
      const deviation = tf.maximum(tf.sqrt(spread(this.#variance, this.#args.variance)), EPSILON)
      return this.#args.invert === true
        ? tf.add(mean, tf.mul(x, deviation))
        : tf.div(tf.sub(x, mean), deviation)
    })
  }

  #axes(rank: number): number[] {
    const { axis } = this.#args
    if (axis == null) return []
    return [axis]
      .flat()
      .map((one) => (one < 0 ? rank + one : one))
      .sort((a, b) => a - b)
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...(this.#args as tf.serialization.ConfigDict) }
  }
}
