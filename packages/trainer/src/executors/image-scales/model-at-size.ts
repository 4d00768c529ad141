import { engine, tidy } from '@tensorflow/tfjs-core'
import { type Layer, correctConfigs, isModel } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { badScales } from './bad-scales.ts'
import type { ImageSize } from './image-size.ts'

type Config = Record<string, unknown>
type ModelClass = {
  fromConfig(type: unknown, config: unknown, customObjects: object, fastWeightInit: boolean): LayersModel
}

/**
 * A copy of a network that takes images of another size, with weights of the same shapes, whose values are 0.
 * @param full the size of the network's own input
 * @throws TreadleError `TRAINER_BAD_OPTION` if weights depend on the size, or the network cannot be built at it
 */
export function modelAtSize(model: LayersModel, full: ImageSize, size: ImageSize): LayersModel {
  const copy = copyAtSize(model, full, size)
  const differs = model.weights.findIndex(({ shape }, i) => shape.join() !== copy.weights[i]?.shape.join())
  if (differs < 0) return withSameTrainability(model, copy)
  const [weight, other] = [model.weights[differs], copy.weights[differs]]
  copy.dispose()
  throw badScales(
    `does not fit this network: the weight \`${weight?.originalName}\` depends on the size of the images: it has shape [${weight?.shape.join(', ')}] for ` +
      `${text(full)} pixels, but [${other?.shape.join(', ')}] for ${text(size)}. Take a network with global pooling before its dense ` +
      'layers, such as cnn-tiny, or leave the option out.',
  )
}

const text = ({ height, width }: ImageSize) => `${height} × ${width}`

const variables = () => Object.values(engine().state.registeredVariables)

function copyAtSize(model: LayersModel, full: ImageSize, size: ImageSize): LayersModel {
  correctConfigs(model)
  const [input] = model.inputs
  const config = resized(model.getConfig(), input?.sourceLayer.name, size) as Config
  const before = new Set(variables())
  try {
    let copy: LayersModel | undefined
    tidy(() => {
      copy = (model.constructor as unknown as ModelClass).fromConfig(model.constructor, config, {}, true)
    })
    return copy as unknown as LayersModel
  } catch (error) {
    // Of the layers before the one that failed.
    for (const variable of variables()) if (!before.has(variable)) variable.dispose()
    const reason = error instanceof Error ? error.message : String(error)
    throw badScales(
      `does not fit this network: \`${model.name}\` cannot be built for images of ${text(size)} pixels in place of ${text(full)} (${reason}). Use larger scales, or leave the option out.`,
    )
  }
}

/** The configuration with another size of the input. A Sequential keeps it with its first layer. */
function resized(config: unknown, name: string | undefined, size: ImageSize): unknown {
  const { layers, ...rest } = (Array.isArray(config) ? { layers: config } : config) as {
    layers: readonly Config[]
  }
  const changed = layers.map((layer, i) => {
    const own = layer['config'] as Config
    const shape = own['batchInputShape'] as readonly (number | null)[] | undefined
    if (!shape || !(own['name'] === name || i === 0)) return layer
    const [batch = null, , , ...channels] = shape
    return { ...layer, config: { ...own, batchInputShape: [batch, size.height, size.width, ...channels] } }
  })
  return Array.isArray(config) ? changed : { ...rest, layers: changed }
}

/** tfjs stores no `trainable` of a model within a model. */
function withSameTrainability(model: LayersModel, copy: LayersModel): LayersModel {
  const match = (from: Layer, to: Layer) => {
    if (isModel(from) && isModel(to)) from.layers.forEach((layer, i) => match(layer, to.layers[i] as Layer))
    if (to.trainable !== from.trainable) to.trainable = from.trainable
  }
  model.layers.forEach((layer, i) => match(layer, copy.layers[i] as Layer))
  return copy
}
