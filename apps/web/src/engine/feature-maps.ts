import { type Tensor, tensor, tidy, transpose } from '@tensorflow/tfjs-core'
import { type LayersModel, model as networkOf } from '@tensorflow/tfjs-layers'
import type { FeatureMaps } from './protocol.ts'

/** At inference they return what they get. */
const idle = /Dropout|Noise/

/** The names of the layers that put out maps, [rows, columns, channels], from the first layer with weights on. */
export function mapLayers(model: LayersModel): string[] {
  const first = model.layers.findIndex((layer) => layer.weights.length > 0)
  return model.layers
    .slice(Math.max(0, first))
    .filter((layer) => shapeOf(layer)?.length === 4 && !idle.test(layer.getClassName()))
    .map(({ name }) => name)
}

/** What a layer of a network puts out for one image. Undefined if the network has no such layer, or other inputs. */
export function featureMaps(model: LayersModel, input: Float32Array, name: string): FeatureMaps | undefined {
  const layer = model.layers.find((one) => one.name === name)
  const shape = model.inputs[0]?.shape.slice(1) as number[] | undefined
  if (!layer || !mapLayers(model).includes(name) || !shape) return undefined
  if (shape.reduce((product, dimension) => product * dimension, 1) !== input.length) return undefined
  // It shares its layers with the network, and has nothing to dispose.
  const part = networkOf({ inputs: model.inputs, outputs: layer.output })
  return tidy(() => {
    const output = part.predict(tensor(input, [1, ...shape])) as Tensor
    const [height = 0, width = 0, count = 0] = output.shape.slice(1)
    const values = transpose(output, [0, 3, 1, 2]).dataSync<'float32'>()
    return { values, count, height, width, kind: layer.getClassName() }
  })
}

/** The shape of a layer's only output; undefined if it has several. */
function shapeOf({ output }: LayersModel['layers'][number]): readonly (number | null)[] | undefined {
  return Array.isArray(output) ? undefined : output.shape
}
