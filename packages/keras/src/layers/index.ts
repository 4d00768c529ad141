import { readActivation } from './activation.ts'
import { readAdd } from './add.ts'
import { readAugmentation } from './augmentation.ts'
import { readBatchNormalization } from './batch-normalization.ts'
import { readConcatenate } from './concatenate.ts'
import {
  readConvolution,
  readDepthwiseConvolution,
  readSeparableConvolution,
  readTransposedConvolution,
} from './convolution.ts'
import { readDense } from './dense.ts'
import { readDot } from './dot.ts'
import { readDropout, readSpatialDropout1D, readSpatialDropout2D } from './dropout.ts'
import { readELU } from './elu.ts'
import type { Fields } from './fields.ts'
import { readFlatten } from './flatten.ts'
import { readInput } from './input.ts'
import { readLeakyReLU } from './leaky-re-lu.ts'
import { readAlphaDropout, readGaussianDropout, readGaussianNoise } from './noise.ts'
import { readNormalization } from './normalization.ts'
import { readOther, type OtherConfig } from './other.ts'
import { readPReLU } from './p-re-lu.ts'
import { readLayerNormalization } from './layer-normalization.ts'
import { readMerge } from './merge.ts'
import { readPermute, readRepeatVector } from './permute.ts'
import { readCropping, readUpSampling, readZeroPadding } from './placement.ts'
import { readGlobalPooling, readPooling } from './pooling.ts'
import { readReLU } from './re-lu.ts'
import { readRescaling } from './rescaling.ts'
import { readReshape } from './reshape.ts'
import { readSoftmax } from './softmax.ts'
import { readThresholdedReLU } from './thresholded-re-lu.ts'

/** How the configuration of each class of layer is read. A new one is a file like those above and a line here. */
const readers = {
  Activation: readActivation,
  Add: readAdd,
  AlphaDropout: readAlphaDropout,
  Average: readMerge('average'),
  AveragePooling1D: readPooling('average'),
  AveragePooling2D: readPooling('average'),
  BatchNormalization: readBatchNormalization,
  Concatenate: readConcatenate,
  Conv1D: readConvolution,
  Conv2D: readConvolution,
  Conv2DTranspose: readTransposedConvolution,
  Cropping2D: readCropping,
  Dense: readDense,
  DepthwiseConv2D: readDepthwiseConvolution,
  Dot: readDot,
  Dropout: readDropout,
  ELU: readELU,
  Flatten: readFlatten,
  GaussianDropout: readGaussianDropout,
  GaussianNoise: readGaussianNoise,
  GlobalAveragePooling1D: readGlobalPooling('average'),
  GlobalAveragePooling2D: readGlobalPooling('average'),
  GlobalMaxPooling1D: readGlobalPooling('max'),
  GlobalMaxPooling2D: readGlobalPooling('max'),
  InputLayer: readInput,
  LeakyReLU: readLeakyReLU,
  MaxPooling1D: readPooling('max'),
  MaxPooling2D: readPooling('max'),
  PReLU: readPReLU,
  LayerNormalization: readLayerNormalization,
  Maximum: readMerge('maximum'),
  Minimum: readMerge('minimum'),
  Multiply: readMerge('multiply'),
  Normalization: readNormalization,
  Permute: readPermute,
  RandomBrightness: readAugmentation,
  RandomContrast: readAugmentation,
  RandomFlip: readAugmentation,
  RandomRotation: readAugmentation,
  RandomTranslation: readAugmentation,
  RandomZoom: readAugmentation,
  ReLU: readReLU,
  RepeatVector: readRepeatVector,
  Rescaling: readRescaling,
  Reshape: readReshape,
  SeparableConv2D: readSeparableConvolution,
  Softmax: readSoftmax,
  SpatialDropout1D: readSpatialDropout1D,
  SpatialDropout2D: readSpatialDropout2D,
  ThresholdedReLU: readThresholdedReLU,
  Subtract: readMerge('subtract'),
  UpSampling2D: readUpSampling,
  ZeroPadding2D: readZeroPadding,
}

/** The settings of one layer, with Keras's names and defaults; `kind` says which settings there are. */
export type LayerConfig = ReturnType<(typeof readers)[keyof typeof readers]> | OtherConfig

export type LayerKind = LayerConfig['kind']

export type ConfigOf<K extends LayerKind> = Extract<LayerConfig, { readonly kind: K }>

/** Reads a layer's configuration. A class that is not in the list gives `kind: 'other'` and its fields as they are. */
export function readConfig(className: string, fields: Fields): LayerConfig {
  const known = Object.hasOwn(readers, className) ? readers[className as keyof typeof readers] : undefined
  return (known ?? readOther)(fields)
}
