import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/**
 * Copies values into a model's variables only when a variable is read.
 *
 * Kernels, `dataSync`, `save` and `assign` access the values of a variable through its `dataId`. While newer values are
 * pending, `dataId` is an accessor that writes them first, so a read never returns old values. The first read writes
 * all variables and restores the plain properties.
 */
export class LazyVariables {
  readonly #model: LayersModel
  #values: (() => readonly Float32Array[]) | undefined
  /** The `dataId` of each variable whose `dataId` is an accessor. */
  readonly #ids = new Map<tf.Variable, tf.DataId>()

  constructor(model: LayersModel) {
    this.#model = model
  }

  /** Whether values are pending. */
  get waiting(): boolean {
    return this.#values !== undefined
  }

  /** Sets pending values. `values` is called on the first read and returns arrays in `model.weights` order. */
  set(values: () => readonly Float32Array[]): void {
    this.#values = values
    if (this.#ids.size > 0) return
    for (const weight of this.#model.weights) this.#watch(weight.read() as tf.Variable)
  }

  /** Writes the pending values, if any. */
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
