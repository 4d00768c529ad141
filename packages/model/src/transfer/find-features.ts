import { TreadleError, nearest } from '@treadle/core'
import { inputTensorsOf, isModel, tensorsOf, type Layer } from '@treadle/keras'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'

/** Layers of a head without weights. */
const WEIGHTLESS = new Set(['Activation', 'Dropout', 'ReLU', 'Softmax'])

const badBase = (problem: string) => new TreadleError('MODEL_BAD_BASE', `transferModel: ${problem}`)

/**
 * The features of a classifier: what its head takes. The head is the last dense layer with what comes after it, and the
 * dropout before it; a nested model of nothing but such layers, as Teachable Machine has, is a head as a whole.
 *
 * @param name of the layer whose output are the features, instead of that rule
 * @throws TreadleError `MODEL_BAD_BASE`
 */
export function findFeatures(model: LayersModel, name: string | undefined): SymbolicTensor {
  if (model.inputs.length !== 1 || model.outputs.length !== 1)
    throw badBase(
      `the base \`${model.name}\` has ${model.inputs.length} inputs and ${model.outputs.length} outputs. A base has one of each.`,
    )
  const features = name === undefined ? beforeHead(model.outputs[0] as SymbolicTensor) : outputOf(model, name)
  if (inputTensorsOf(features).length === 0)
    throw badBase(
      `the base \`${model.name}\` has no layers before ${name === undefined ? 'its head' : `the end of \`${name}\``}, so there is nothing to keep. ` +
        'Take a base with hidden layers, or train a new network.',
    )
  if (features.shape.slice(1).includes(null) && features.shape.length !== 4)
    throw badBase(
      `the features of the base, the output of \`${features.sourceLayer.name}\`, have no fixed shape ([${features.shape.slice(1).join(', ')}]). Choose another layer (\`layer\`).`,
    )
  return features
}

function beforeHead(output: SymbolicTensor): SymbolicTensor {
  let tensor = output
  while (WEIGHTLESS.has(tensor.sourceLayer.getClassName())) tensor = inputOf(tensor)
  const { sourceLayer: head } = tensor
  if (!isHead(head))
    throw badBase(
      `the base cannot be cut by rule: its last layer with weights, \`${head.name}\`, is of type ${head.getClassName()}, not Dense. ` +
        'Name the layer whose output are the features (`layer`).',
    )
  tensor = inputOf(tensor)
  while (tensor.sourceLayer.getClassName() === 'Dropout') tensor = inputOf(tensor)
  return tensor
}

/** A dense layer, or a model of dense layers. */
function isHead(layer: Layer): boolean {
  if (!isModel(layer)) return layer.getClassName() === 'Dense'
  const kinds = layer.layers.map((one) => one.getClassName())
  return (
    kinds.includes('Dense') &&
    kinds.every((kind) => kind === 'Dense' || kind === 'InputLayer' || WEIGHTLESS.has(kind))
  )
}

function inputOf(tensor: SymbolicTensor): SymbolicTensor {
  const inputTensors = inputTensorsOf(tensor)
  if (inputTensors.length === 1) return inputTensors[0] as SymbolicTensor
  throw badBase(
    `the base cannot be cut by rule: \`${tensor.sourceLayer.name}\` takes ${inputTensors.length} tensors, not one. ` +
      'Name the layer whose output are the features (`layer`).',
  )
}

function outputOf(model: LayersModel, name: string): SymbolicTensor {
  const tensors = tensorsOf(model.outputs)
  const found = tensors.filter(({ sourceLayer }) => sourceLayer.name === name)
  if (found.length === 1) return found[0] as SymbolicTensor
  if (found.length > 1)
    throw badBase(
      `the layer \`${name}\` is called ${found.length} times, so its output is not one tensor. Choose another layer.`,
    )
  const names = [...new Set(tensors.map(({ sourceLayer }) => sourceLayer.name))]
  const near = nearest(name, names)
  throw badBase(
    `the base \`${model.name}\` has no layer \`${name}\`.${near === undefined ? '' : ` Did you mean ${near}?`} Its last layers are ${names.slice(-12).join(', ')}.`,
  )
}
