import {
  engine,
  tidy,
  variable as makeVariable,
  type DataType,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core'
import { initializers, layers, type LayersModel } from '@tensorflow/tfjs-layers'
import type { NetworkSizes } from './network-size.ts'
import { watchVariables } from './new-variables.ts'

type LayerVariable = LayersModel['weights'][number]
type AddWeight = (this: layers.Layer, ...settings: WeightSettings) => LayerVariable
type MakeVariable = (values: Tensor, trainable?: boolean, name?: string, dtype?: DataType) => Variable
type WeightSettings = [name: string, shape: number[], ...others: unknown[]]

/**
 * Runs a synchronous function that builds a model without values for its weights: no initializer runs, and nothing
 * is allocated for them. Each weight has its name and shape, and gets its values by `setWeight`. The layers keep their
 * initializers in their configuration. A variable whose name another copy of tfjs has taken in the engine gets a free one.
 * Layers that failed half way, or that lead to no output, would leave their variables behind: all that come in this
 * synchronous stretch and are none of the model's go again.
 *
 * @param sizes counts the weights, and throws for those that are too large
 */
export function withoutValues(sizes: Pick<NetworkSizes, 'addWeight'>, build: () => LayersModel): LayersModel {
  const prototype = layers.Layer.prototype as unknown as { addWeight: AddWeight }
  const original = prototype.addWeight
  const zeros = initializers.zeros()
  prototype.addWeight = function (name, shape, ...[dtype, _initializer, ...others]) {
    sizes.addWeight(this.name, name, shape)
    const weight = original.call(this, name, [0], dtype, zeros, ...others.slice(0, 3))
    ;(weight as { shape: unknown }).shape = [...shape]
    return weight
  }
  const variables = engine() as unknown as { makeVariable: MakeVariable }
  const { makeVariable: register } = variables
  variables.makeVariable = (values, trainable, name, dtype) =>
    register.call(variables, values, trainable, name && freeName(name), dtype)
  const newVariables = watchVariables()
  let model: LayersModel | undefined
  try {
    tidy(() => {
      model = build()
    })
    return model as unknown as LayersModel
  } finally {
    prototype.addWeight = original
    variables.makeVariable = register
    const used = new Set(model?.weights.map((weight) => weight.read() as Variable))
    for (const variable of newVariables()) if (!used.has(variable)) variable.dispose()
  }
}

/** tfjs-layers makes names unique within one copy of itself, and all copies have one engine. */
function freeName(name: string): string {
  const taken = engine().state.registeredVariables
  let free = name
  for (let copy = 2; Object.hasOwn(taken, free); copy++) free = `${name}_copy_${copy}`
  return free
}

/** Whether a weight was built without values, and has none yet. */
export function isDeferred(weight: LayerVariable): boolean {
  return weight.read().size === 0
}

/** Gives a weight that was built without values its values; takes over the tensor's memory. */
export function setWeight(weight: LayerVariable, values: Tensor): void {
  const holder = weight as unknown as { val: Variable }
  const { name, trainable } = holder.val
  holder.val.dispose()
  holder.val = makeVariable(values, trainable, name, values.dtype)
  values.dispose()
}
