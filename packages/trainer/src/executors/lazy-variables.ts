import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/**
 * A model's variables, with values that are copied only when somebody reads one.
 *
 * tfjs reaches the values of a variable by its `dataId`: so do kernels, `dataSync`, `save` and `assign`. While newer
 * values wait, `dataId` is an accessor that writes them first, so no reader meets old ones. The first read writes all
 * variables and makes them plain again.
 */
export class LazyVariables {
  readonly #model: LayersModel
  #values: (() => readonly Float32Array[]) | undefined
  /** The `dataId` of each variable whose `dataId` is an accessor. */
  readonly #ids = new Map<tf.Variable, tf.DataId>()

  constructor(model: LayersModel) {
    this.#model = model
  }

  /** Whether values wait to be written. */
  get waiting(): boolean {
    return this.#values !== undefined
  }

  /** From now on the variables have the values that `values` gives when it is called, in `model.weights` order. */
  set(values: () => readonly Float32Array[]): void {
    this.#values = values
    if (this.#ids.size > 0) return
    for (const weight of this.#model.weights) this.#watch(weight.read() as tf.Variable)
  }

  /** Writes the values that wait, if any. */
  write(): void {
    const values = this.#values?.()
    this.#values = undefined
    const variables = [...this.#ids.keys()]
    for (const [variable, value] of this.#ids)
      Object.defineProperty(variable, 'dataId', {
        configurable: true,
        enumerable: true,
        writable: true,
        value,
      })
    this.#ids.clear()
    if (!values) return
    variables.forEach((variable, i) => {
      tf.tidy(() => variable.assign(tf.tensor(values[i] as Float32Array, variable.shape)))
    })
  }

  #watch(variable: tf.Variable): void {
    this.#ids.set(variable, variable.dataId)
    const write = () => this.write()
    Object.defineProperty(variable, 'dataId', {
      configurable: true,
      enumerable: true,
      get() {
        write()
        return variable.dataId
      },
      set(id: tf.DataId) {
        write()
        variable.dataId = id
      },
    })
  }
}
