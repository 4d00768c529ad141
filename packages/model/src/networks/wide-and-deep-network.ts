import { TreadleError, checkSeed, show } from '@treadle/core'
import { input as inputLayer, layers, model as functionalModel } from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { checkInputShape, checkInteger } from '../check-options.ts'
import { type HiddenActivation, hiddenActivations } from '../models/hidden-activations.ts'
import { seededNetwork } from './seeded-network.ts'

export interface WideAndDeepOptions {
  /** Determines the initial weights: an integer in [0, 2³²). */
  readonly seed: number
  /** Without the batch dimension. */
  readonly inputShape: readonly number[]
  /** Width of each hidden layer, first to last. */
  readonly units: readonly number[]
  /** Fraction of the last hidden layer's values dropped in training, in [0, 1); 0 leaves the layer out. */
  readonly dropout: number
  readonly activation: HiddenActivation
  /** Whether a batch normalization follows each hidden layer. */
  readonly batchNormalization: boolean
  readonly outputs: number
  readonly outputActivation: 'softmax' | 'linear'
  readonly name: string
}

/**
 * Builds input → hidden layers → concatenate [input, last hidden] → output, the wide-and-deep shape.
 * Every layer is named, because names that tfjs gives count up over the process and would reach model.json.
 */
export function wideAndDeepNetwork(options: WideAndDeepOptions): LayersModel {
  checkNetwork(options)
  return seededNetwork(options.name, options.seed, () => layersOfNetwork(options))
}

function layersOfNetwork(options: WideAndDeepOptions): LayersModel {
  const input = inputLayer({ shape: [...options.inputShape], name: 'input' })
  const rows = asRows(input, options.inputShape)
  let hidden = rows
  options.units.forEach((units, index) => {
    const dense = layers.dense({
      units,
      activation: options.activation,
      kernelInitializer: 'glorotUniform', // Keras's default; tfjs's own is glorotNormal
      name: `dense_${index + 1}`,
    })
    hidden = dense.apply(hidden) as SymbolicTensor
    if (options.batchNormalization) {
      hidden = layers
        .batchNormalization({ name: `batch_normalization_${index + 1}` })
        .apply(hidden) as SymbolicTensor
    }
  })
  if (options.dropout > 0) {
    hidden = layers.dropout({ rate: options.dropout, name: 'dropout' }).apply(hidden) as SymbolicTensor
  }
  let joined = layers.concatenate({ name: 'concatenate' }).apply([rows, hidden]) as SymbolicTensor
  if (options.inputShape.length > 1)
    joined = layers.flatten({ name: 'flatten' }).apply(joined) as SymbolicTensor
  const output = layers.dense({
    units: options.outputs,
    activation: options.outputActivation,
    kernelInitializer: 'glorotUniform',
    name: 'output',
  })
  return functionalModel({
    inputs: input,
    outputs: output.apply(joined) as SymbolicTensor,
    name: options.name,
  })
}

/** A dense layer works on the last axis, so an image is a sequence of rows with the channels of a row side by side. */
function asRows(input: SymbolicTensor, [height = 1, width = 1, channels]: readonly number[]): SymbolicTensor {
  if (channels === undefined) return input
  return layers
    .reshape({ targetShape: [height, width * channels], name: 'rows' })
    .apply(input) as SymbolicTensor
}

function checkNetwork({ seed, units, inputShape, dropout, outputs, ...others }: WideAndDeepOptions): void {
  checkSeed(seed)
  checkInputShape(inputShape)
  if (!hiddenActivations.includes(others.activation)) {
    throw new TreadleError(
      'MODEL_BAD_OPTION',
      `\`activation\` (=${show(others.activation)}) must be one of ${hiddenActivations.join(', ')}.`,
    )
  }
  if (typeof others.batchNormalization !== 'boolean') {
    throw new TreadleError(
      'MODEL_BAD_OPTION',
      `\`batchNormalization\` (=${show(others.batchNormalization)}) must be true or false.`,
    )
  }
  if (!Array.isArray(units) || units.length === 0) {
    throw new TreadleError(
      'MODEL_BAD_OPTION',
      `\`units\` (=${show(units)}) must be a list with the width of at least one hidden layer.`,
    )
  }
  units.forEach((width, index) => checkInteger(`units[${index}]`, width, 1))
  checkInteger('outputs', outputs, 1)
  if (typeof dropout !== 'number' || !(dropout >= 0 && dropout < 1)) {
    throw new TreadleError('MODEL_BAD_OPTION', `\`dropout\` (=${show(dropout)}) must be in [0, 1).`)
  }
}
