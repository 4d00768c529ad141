import { TreadleError } from '@treadle/core'
import {
  applyCalls,
  flatLayers,
  frozenLayers,
  inputTensorsOf,
  isModel,
  tensorsOf,
  type Layer,
} from '@treadle/keras'
import * as tfl from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'

/** A network as its frozen beginning and the rest, which share its layers and weights. */
export interface SplitNetwork {
  /** From the inputs of the network to its features. */
  readonly base: LayersModel
  /** From the features to the outputs of the network. */
  readonly head: LayersModel
  /** Removes the calls of the layers that the head added. */
  restore(): void
}

/**
 * Splits a network behind the layers that are frozen and depend on no layer that trains.
 * @throws TreadleError `TRAINER_BAD_OPTION` if there are no such layers, or if all are
 */
export function splitNetwork(model: LayersModel): SplitNetwork {
  const features = featuresOf(model)
  const base = tfl.model({ inputs: model.inputs, outputs: [...features] })
  const called = [...new Set(tensorsOf(model.outputs).map(({ sourceLayer }) => sourceLayer))]
  const counts = called.map(({ inboundNodes, outboundNodes }) => [inboundNodes.length, outboundNodes.length])
  const inputs = features.map((tensor, i) =>
    tfl.input({ shape: tensor.shape.slice(1), name: `features_${i + 1}` }),
  )
  const replaced = new Map(features.map(({ id }, i) => [id, inputs[i] as SymbolicTensor]))
  const outputs = applyCalls(model.outputs, replaced)
  const head = tfl.model({ inputs, outputs })
  return {
    base,
    head,
    restore() {
      called.forEach((layer, i) => {
        const [inbound, outbound] = counts[i] as [number, number]
        layer.inboundNodes.length = inbound
        layer.outboundNodes.length = outbound
      })
    },
  }
}

const bad = (problem: string) =>
  new TreadleError('TRAINER_BAD_OPTION', `train: \`cacheFeatures\`: ${problem}`)

function featuresOf(model: LayersModel): readonly SymbolicTensor[] {
  const inputs = new Set(model.inputs.map(({ id }) => id))
  const frozenOnes = frozenLayers(model)
  const isFrozen = (layer: Layer) =>
    isModel(layer) ? flatLayers(layer).every((one) => frozenOnes.has(one)) : frozenOnes.has(layer)
  const fixed = new Set<number>()
  const used = new Map<number, SymbolicTensor>()
  for (const tensor of tensorsOf(model.outputs)) {
    const inputTensors = inputTensorsOf(tensor)
    const frozen = isFrozen(tensor.sourceLayer) && inputTensors.every(({ id }) => fixed.has(id))
    if (inputs.has(tensor.id) || frozen) fixed.add(tensor.id)
    else for (const input of inputTensors) if (fixed.has(input.id)) used.set(input.id, input)
  }
  if (used.size === 0) throw bad('the model has no layers that train.')
  if ([...used.keys()].some((id) => inputs.has(id)))
    throw bad(
      'layers that train take the input of the model, so there are no features. Freeze the first layers (`trainable = false`), or leave the option out.',
    )
  return [...used.values()]
}
