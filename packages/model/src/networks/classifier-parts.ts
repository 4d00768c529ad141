import { TreadleError } from '@treadle/core'
import { input as inputLayer, layers, model as functionalModel } from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { checkInputShape, checkInteger } from '../check-options.ts'

/** The input of a network. Names of layers are given: those of tfjs count up over the process. */
export function imageInput(shape: readonly number[]): SymbolicTensor {
  return inputLayer({ shape: [...shape], name: 'input' })
}

/**
 * The input of a network that halves the image before each stage but the first, [height, width, channels].
 * @param shape [height, width], which has one channel, or [height, width, channels]
 * @throws TreadleError `MODEL_BAD_OPTION` if the shape is not that of an image, or the image is too small
 */
export function stagedInput(network: string, shape: readonly number[], stages: number): SymbolicTensor {
  checkInputShape(shape)
  const [height = 0, width = 0, channels = 1] = shape
  const least = 2 ** (stages - 1)
  if (shape.length > 1 && Math.min(height, width) >= least) return imageInput([height, width, channels])
  const size = shape.length === 1 ? `${height} numbers` : `${height} × ${width} pixels`
  throw new TreadleError(
    'MODEL_BAD_OPTION',
    `\`inputShape\` (=${JSON.stringify(shape)}): ${network} has ${stages} stages and needs images of at least ` +
      `${least} × ${least} pixels, not ${size}. Load the images with a larger \`size\`, or use the model mlp.`,
  )
}

/** Adds the output layer. */
export function classifierOf(
  name: string,
  input: SymbolicTensor,
  hidden: SymbolicTensor,
  outputs: number,
): LayersModel {
  checkInteger('outputs', outputs, 2)
  const output = layers.dense({
    units: outputs,
    activation: 'softmax',
    kernelInitializer: 'glorotUniform',
    name: 'output',
  })
  return functionalModel({ inputs: input, outputs: output.apply(hidden) as SymbolicTensor, name })
}

/** Means over the pixels of each channel, with dropout. */
export function pooled(x: SymbolicTensor, dropout: number): SymbolicTensor {
  const means = layers.globalAveragePooling2d({ name: 'global_average' }).apply(x) as SymbolicTensor
  if (dropout === 0) return means
  return layers.dropout({ rate: dropout, name: 'dropout' }).apply(means) as SymbolicTensor
}

interface ConvolutionOptions {
  readonly filters: number
  readonly strides?: number
  readonly kernelSize?: number
}

/** A convolution without bias, 'same', and its batch normalization: layers `<name>` and `<name>_norm`. */
export function normalized(
  x: SymbolicTensor,
  name: string,
  { filters, strides = 1, kernelSize = 3 }: ConvolutionOptions,
): SymbolicTensor {
  const convolution = layers.conv2d({
    filters,
    kernelSize,
    strides,
    padding: 'same',
    useBias: false,
    kernelInitializer: 'heNormal',
    name,
  })
  // Keras's 0.99 follows too slowly for the few steps of a small data set.
  const normalization = layers.batchNormalization({ momentum: 0.9, name: `${name}_norm` })
  return normalization.apply(convolution.apply(x)) as SymbolicTensor
}

export function relu(x: SymbolicTensor, name: string): SymbolicTensor {
  return layers.reLU({ name: `${name}_relu` }).apply(x) as SymbolicTensor
}
