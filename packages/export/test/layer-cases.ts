import * as tfl from '@tensorflow/tfjs-layers'
import {
  conv1d,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  normalization,
  spatialDropout2d,
  subtract,
} from '@treadle/keras/extensions'

const { layers } = tfl
type Layer = tfl.SymbolicTensor['sourceLayer']

/** A layer, or several inputs for one layer, on inputs of one shape. */
export interface LayerCase {
  readonly name: string
  readonly shape: readonly number[]
  readonly build: (x: tfl.SymbolicTensor) => tfl.SymbolicTensor
}

const one = (name: string, shape: readonly number[], make: () => Layer): LayerCase => ({
  name,
  shape,
  build: (x) => make().apply(x) as tfl.SymbolicTensor,
})

const two = (name: string, shape: readonly number[], make: () => Layer): LayerCase => ({
  name,
  shape,
  build: (x) => make().apply([x, layers.dense({ units: shape.at(-1) ?? 1 }).apply(x)] as never) as never,
})

const image = [7, 6, 3]
const activationNames = [
  'elu',
  'gelu',
  'linear',
  'mish',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'swish',
  'tanh',
] as const

/** Every class of layer that is exported, with the settings that change what it computes. */
export const layerCases: readonly LayerCase[] = [
  ...activationNames.map((activation) =>
    one(`Activation ${activation}`, [5], () => layers.activation({ activation })),
  ),
  one('Activation softmax of an image', image, () => layers.activation({ activation: 'softmax' })),
  two('Add', [4], () => layers.add()),
  two('Average', [4], () => layers.average()),
  two('Maximum', [4], () => layers.maximum()),
  two('Minimum', [4], () => layers.minimum()),
  two('Multiply', [4], () => layers.multiply()),
  two('Subtract', [4], () => subtract()),
  two('Concatenate', [4], () => layers.concatenate()),
  two('Concatenate of images by rows', image, () => layers.concatenate({ axis: 1 })),
  two('Concatenate of images by channels', image, () => layers.concatenate({ axis: -1 })),
  one('AveragePooling1D', [8, 3], () => layers.averagePooling1d({ poolSize: 3, strides: 2 })),
  one('AveragePooling2D', image, () => layers.averagePooling2d({ poolSize: [3, 2], strides: [2, 1] })),
  one('BatchNormalization', [5], () => layers.batchNormalization()),
  one('BatchNormalization of rows', [4, 5], () => layers.batchNormalization({ scale: false })),
  one('BatchNormalization of an image', image, () => layers.batchNormalization({ center: false })),
  one('Conv1D', [9, 3], () => layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same', strides: 2 })),
  one('Conv1D dilated', [9, 3], () => layers.conv1d({ filters: 2, kernelSize: 3, dilationRate: 2 })),
  one('Conv2D', image, () => layers.conv2d({ filters: 4, kernelSize: [3, 2], activation: 'relu' })),
  one('Conv2D same, strided', image, () =>
    layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
  ),
  one('Conv2D dilated', image, () => layers.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2 })),
  one('Conv2D with softmax', image, () =>
    layers.conv2d({ filters: 3, kernelSize: 1, activation: 'softmax' }),
  ),
  one('Conv1D of groups', [9, 4], () => conv1d({ filters: 6, kernelSize: 3, groups: 2 })),
  one('Conv2D of groups', [7, 6, 4], () =>
    conv2d({ filters: 8, kernelSize: 3, groups: 4, padding: 'same', dilationRate: 2 }),
  ),
  one('Conv2DTranspose dilated', image, () =>
    conv2dTranspose({ filters: 2, kernelSize: [2, 3], dilationRate: [3, 2], padding: 'same' }),
  ),
  one('DepthwiseConv2D dilated', image, () => depthwiseConv2d({ kernelSize: 2, dilationRate: [2, 3] })),
  one('Conv2DTranspose', image, () =>
    layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, activation: 'tanh' }),
  ),
  one('Conv2DTranspose same', image, () =>
    layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
  ),
  one('Cropping2D', image, () =>
    layers.cropping2D({
      cropping: [
        [1, 2],
        [0, 1],
      ],
    }),
  ),
  one('Dense', [5], () => layers.dense({ units: 3, activation: 'softmax' })),
  one('Dense of an image', image, () => layers.dense({ units: 2, useBias: false })),
  one('DepthwiseConv2D', image, () =>
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'relu6' }),
  ),
  one('Dropout', [5], () => layers.dropout({ rate: 0.5 })),
  one('SpatialDropout1D', [4, 5], () => layers.spatialDropout1d({ rate: 0.5 })),
  one('SpatialDropout2D', image, () => spatialDropout2d({ rate: 0.5 })),
  one('GaussianNoise', [5], () => layers.gaussianNoise({ stddev: 1 })),
  one('GaussianDropout', [5], () => layers.gaussianDropout({ rate: 0.5 })),
  one('AlphaDropout', [5], () => layers.alphaDropout({ rate: 0.5 })),
  one('ELU', [5], () => layers.elu()),
  one('Flatten', image, () => layers.flatten()),
  one('GlobalAveragePooling1D', [4, 3], () => layers.globalAveragePooling1d({})),
  one('GlobalAveragePooling2D', image, () => layers.globalAveragePooling2d({})),
  one('GlobalMaxPooling1D', [4, 3], () => layers.globalMaxPooling1d({})),
  one('GlobalMaxPooling2D', image, () => layers.globalMaxPooling2d({})),
  one('LayerNormalization', [4, 5], () => layers.layerNormalization()),
  one('LeakyReLU', [5], () => layers.leakyReLU({ alpha: 0.2 })),
  one('MaxPooling1D', [9, 3], () => layers.maxPooling1d({ poolSize: 2, padding: 'same' })),
  one('MaxPooling2D', image, () => layers.maxPooling2d({ poolSize: 2 })),
  one('MaxPooling2D same', image, () => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
  one('Normalization', [3], () => normalization({ mean: [1, 2, 3], variance: [1, 4, 9] })),
  one('Normalization with weights', [4, 3], () => normalization()),
  one('PReLU', [5], () => layers.prelu({})),
  one('PReLU with shared axes', image, () => layers.prelu({ sharedAxes: [1, 2] })),
  one('Permute', image, () => layers.permute({ dims: [3, 1, 2] })),
  one('ReLU', [5], () => layers.reLU()),
  one('ReLU limited', [5], () => layers.reLU({ maxValue: 0.5 })),
  one('RepeatVector', [5], () => layers.repeatVector({ n: 3 })),
  one('Rescaling', image, () => layers.rescaling({ scale: 1 / 255, offset: -0.5 })),
  one('Reshape', image, () => layers.reshape({ targetShape: [3, -1] })),
  one('SeparableConv2D', image, () =>
    layers.separableConv2d({ filters: 4, kernelSize: 3, depthMultiplier: 2, activation: 'relu' }),
  ),
  one('Softmax', [4, 5], () => layers.softmax({ axis: -1 })),
  one('UpSampling2D', image, () => layers.upSampling2d({ size: [2, 3] })),
  one('ZeroPadding2D', image, () =>
    layers.zeroPadding2d({
      padding: [
        [1, 2],
        [0, 1],
      ],
    }),
  ),
]
