import { TreadleError } from '@treadle/core'
import { checkModel } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'

export interface LayerDescription {
  readonly name: string
  /** Keras's class name: `Dense`, `BatchNormalization`, … */
  readonly type: string
  /** Shape of the layer's first output, with `null` for a variable size (the batch): [null, 28, 30]. */
  readonly outputShape: readonly (number | null)[]
  readonly parameters: number
  /** Names of the layers whose outputs are this layer's inputs. */
  readonly connectedTo: readonly string[]
}

export interface ModelDescription {
  readonly name: string
  readonly layers: readonly LayerDescription[]
  readonly parameters: { readonly total: number; readonly trainable: number; readonly nonTrainable: number }
}

/**
 * Describes a model as Keras's `summary()` does: a row for each layer, and the numbers of parameters.
 * @throws TreadleError `MODEL_NOT_A_MODEL`, `MODEL_NOT_BUILT`
 */
export function describeModel(model: LayersModel): ModelDescription {
  checkModel('describeModel', model)
  if (!model.built) {
    throw new TreadleError(
      'MODEL_NOT_BUILT',
      `Describing \`${model.name}\`: its shapes are not known yet. Set \`inputShape\` of its first layer.`,
    )
  }
  const ofModel = new Set(model.layers.map((layer) => layer.name))
  const layers = model.layers.map((layer) => {
    const [first] = layer.inboundNodes
    const inputs = layer.inboundNodes.flatMap((node) => node.inboundLayers.map(({ name }) => name))
    return {
      name: layer.name,
      type: layer.getClassName(),
      outputShape: [...((first?.outputShapes[0] ?? layer.outputShape) as (number | null)[])],
      parameters: layer.countParams(),
      connectedTo: [...new Set(inputs)].filter((name) => ofModel.has(name)),
    }
  })
  const trainable = countParameters(model.trainableWeights)
  const nonTrainable = countParameters(model.nonTrainableWeights)
  return {
    name: model.name,
    layers,
    parameters: { total: trainable + nonTrainable, trainable, nonTrainable },
  }
}

function countParameters(weights: LayersModel['weights']): number {
  return [...new Set(weights)].reduce(
    (sum, { shape }) => sum + shape.reduce<number>((size, dimension) => size * (dimension ?? 1), 1),
    0,
  )
}
