import { serialization, type Tensor } from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'

/** What every layer accepts. */
export type LayerArgs = ConstructorParameters<typeof layers.Layer>[0]
export type LayerShape = (number | null)[]

/** A layer with one input and one output. */
export abstract class OneInputLayer extends layers.Layer {
  protected abstract run(x: Tensor): Tensor

  override call(inputs: Tensor | Tensor[]): Tensor {
    return this.run(Array.isArray(inputs) ? (inputs[0] as Tensor) : inputs)
  }
}

/** The shape of a layer's one input. */
export function oneShape(shape: LayerShape | LayerShape[]): LayerShape {
  return (Array.isArray(shape[0]) ? shape[0] : shape) as LayerShape
}

type Config = serialization.ConfigDict
type LayerClass = (new (args: Config) => layers.Layer) & Pick<typeof layers.Layer, 'fromConfig'>

/** A class of tfjs, which exports functions instead of its classes. */
export function classOf(name: string): LayerClass {
  const { classNameMap } = serialization.SerializationMap.getMap()
  return classNameMap[name]?.[0] as unknown as LayerClass
}
