import { variable as makeVariable, type Tensor, type Variable } from '@tensorflow/tfjs-core'
import { initializers, layers, type LayersModel } from '@tensorflow/tfjs-layers'
import type { NetworkSizes } from './network-size.ts'

type LayerVariable = LayersModel['weights'][number]
type AddWeight = (this: layers.Layer, ...settings: WeightSettings) => LayerVariable
type WeightSettings = [name: string, shape: number[], ...others: unknown[]]

/**
 * Runs a synchronous function that builds layers without values for their weights: no initializer runs, and nothing
 * is allocated for them. Each weight has its name and shape, and gets its values by `setWeight`. The layers keep their
 * initializers in their configuration.
 *
 * @param sizes counts the weights, and throws for those that are too large
 */
export function withoutValues<Result>(sizes: NetworkSizes, build: () => Result): Result {
  const prototype = layers.Layer.prototype as unknown as { addWeight: AddWeight }
  const original = prototype.addWeight
  const zeros = initializers.zeros()
  prototype.addWeight = function (name, shape, ...[dtype, _initializer, ...others]) {
    sizes.addWeight(this.name, name, shape)
    const weight = original.call(this, name, [0], dtype, zeros, ...others.slice(0, 3))
    ;(weight as { shape: unknown }).shape = [...shape]
    return weight
  }
  try {
    return build()
  } finally {
    prototype.addWeight = original
  }
}

/** Gives a weight that was built without values its values; takes over the tensor's memory. */
export function setWeight(weight: LayerVariable, values: Tensor): void {
  const holder = weight as unknown as { val: Variable }
  const { name, trainable } = holder.val
  holder.val.dispose()
  holder.val = makeVariable(values, trainable, name, values.dtype)
  values.dispose()
}
