import { findWeight, type Layer } from '@treadle/keras'

/** A layer's configuration with names in snake case, as model.json has it. */
export type Config = Readonly<Record<string, unknown>>

/** How the configuration of one class of layer becomes that of Keras 3. */
export interface LayerRule {
  /** The fields that Keras has under the same name. */
  readonly fields: readonly string[]
  /** Fields that Keras has under another name. */
  readonly renamed?: Readonly<Record<string, string>>
  /** Fields of tfjs that say nothing that Keras needs. */
  readonly dropped?: readonly string[]
  /** Fields that tfjs leaves out of its configuration. */
  readonly derived?: (layer: Layer) => Config
  /** A field whose value Keras would apply otherwise, and why. */
  readonly differs?: (config: Config) => readonly [field: string, why: string] | undefined
}

const trained = (...roles: readonly string[]) =>
  roles.flatMap((role) => [`${role}_initializer`, `${role}_regularizer`, `${role}_constraint`])

const convolution = [
  'kernel_size',
  'strides',
  'padding',
  'data_format',
  'dilation_rate',
  'activation',
  'use_bias',
  'activity_regularizer',
]
const transposed: LayerRule = { fields: ['filters', ...convolution, ...trained('kernel', 'bias')] }
const conv: LayerRule = { fields: [...transposed.fields, 'groups'] }
const pooling = ['pool_size', 'strides', 'padding', 'data_format']
const maxPooling: LayerRule = { fields: pooling }
const averagePooling: LayerRule = {
  fields: pooling,
  dropped: ['padding_counts'],
  differs: ({ padding, padding_counts: counts }) =>
    padding === 'same' && counts !== false
      ? ['padding', 'with which TensorFlow.js counts the padding when it divides, unlike Keras']
      : undefined,
}
const globalPooling: LayerRule = { fields: ['data_format', 'keepdims'] }
const merge: LayerRule = { fields: [] }

/** The classes of layers that are written to Keras files. A new one is an entry here. */
export const layerRules: Readonly<Record<string, LayerRule>> = {
  Activation: { fields: ['activation'] },
  Add: merge,
  AlphaDropout: { fields: ['rate', 'noise_shape', 'seed'] },
  Average: merge,
  AveragePooling1D: averagePooling,
  AveragePooling2D: averagePooling,
  BatchNormalization: {
    fields: [
      'axis',
      'momentum',
      'epsilon',
      'center',
      'scale',
      ...trained('beta', 'gamma'),
      'moving_mean_initializer',
      'moving_variance_initializer',
    ],
  },
  Concatenate: { fields: ['axis'] },
  Conv1D: conv,
  Conv2D: conv,
  Conv2DTranspose: transposed,
  Cropping2D: { fields: ['cropping', 'data_format'] },
  Dense: {
    fields: ['units', 'activation', 'use_bias', 'activity_regularizer', ...trained('kernel', 'bias')],
  },
  DepthwiseConv2D: {
    fields: ['depth_multiplier', ...convolution, ...trained('depthwise', 'bias')],
    dropped: ['dilates'],
  },
  Dropout: { fields: ['rate', 'noise_shape', 'seed'] },
  ELU: { fields: ['alpha'] },
  Flatten: { fields: ['data_format'] },
  GaussianDropout: { fields: ['rate'] },
  GaussianNoise: { fields: ['stddev'] },
  GlobalAveragePooling1D: globalPooling,
  GlobalAveragePooling2D: globalPooling,
  GlobalMaxPooling1D: globalPooling,
  GlobalMaxPooling2D: globalPooling,
  LayerNormalization: {
    fields: [
      'axis',
      'epsilon',
      'center',
      'scale',
      ...['beta', 'gamma'].flatMap((role) => [`${role}_initializer`, `${role}_regularizer`]),
    ],
  },
  LeakyReLU: { fields: [], renamed: { alpha: 'negative_slope' } },
  MaxPooling1D: maxPooling,
  MaxPooling2D: maxPooling,
  Maximum: merge,
  Minimum: merge,
  Multiply: merge,
  Normalization: { fields: ['axis', 'mean', 'variance', 'invert'] },
  PReLU: { fields: [...trained('alpha'), 'shared_axes'] },
  Permute: { fields: ['dims'] },
  RandomBrightness: { fields: ['factor', 'value_range', 'seed'] },
  RandomContrast: { fields: ['factor', 'value_range', 'seed'] },
  RandomFlip: { fields: ['mode', 'seed', 'data_format'] },
  RandomRotation: {
    fields: ['factor', 'fill_mode', 'interpolation', 'seed', 'fill_value', 'data_format'],
  },
  RandomTranslation: {
    fields: [
      'height_factor',
      'width_factor',
      'fill_mode',
      'interpolation',
      'seed',
      'fill_value',
      'data_format',
    ],
  },
  RandomZoom: {
    fields: [
      'height_factor',
      'width_factor',
      'fill_mode',
      'interpolation',
      'seed',
      'fill_value',
      'data_format',
    ],
  },
  ReLU: { fields: ['max_value', 'negative_slope', 'threshold'] },
  RepeatVector: { fields: ['n'] },
  Rescaling: { fields: ['scale', 'offset'] },
  Reshape: { fields: ['target_shape'] },
  SeparableConv2D: {
    fields: ['filters', 'depth_multiplier', ...convolution, ...trained('depthwise', 'pointwise', 'bias')],
    derived: (layer) => ({ depth_multiplier: findWeight(layer, 'depthwise_kernel').shape[3] }),
  },
  Softmax: { fields: ['axis'] },
  SpatialDropout1D: { fields: ['rate', 'seed'], dropped: ['trainable'] },
  SpatialDropout2D: { fields: ['rate', 'seed', 'data_format'], dropped: ['trainable'] },
  Subtract: merge,
  UpSampling2D: {
    fields: ['size', 'data_format', 'interpolation'],
    dropped: ['half_pixel_centers'],
    differs: ({ interpolation, half_pixel_centers: centers }) =>
      interpolation === 'bilinear' && centers !== true
        ? ['interpolation', 'which TensorFlow.js computes between the corners of pixels, unlike Keras']
        : undefined,
  },
  ZeroPadding2D: { fields: ['padding', 'data_format'] },
}
