import type { Lowering } from '../layer-call.ts'
import { activation, elu, identity, leakyReLU, pReLU, reLU, rescaling, softmax } from './activation.ts'
import {
  convolution,
  depthwiseConvolution,
  separableConvolution,
  transposedConvolution,
} from './convolution.ts'
import { dense } from './dense.ts'
import { concatenate, mergeAll, mergePairs } from './merge.ts'
import { batchNormalization, layerNormalization, normalization } from './normalization.ts'
import { globalPooling, pooling } from './pooling.ts'
import { cropping, flatten, permute, repeatVector, reshape, upSampling, zeroPadding } from './shape.ts'

/** How each class of layer is written to ONNX files. A new one is a function in a file beside and an entry here. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  Activation: activation,
  Add: mergePairs('Add'),
  AlphaDropout: identity,
  Average: mergeAll('Mean'),
  AveragePooling1D: pooling('AveragePool'),
  AveragePooling2D: pooling('AveragePool'),
  BatchNormalization: batchNormalization,
  Concatenate: concatenate,
  Conv1D: convolution,
  Conv2D: convolution,
  Conv2DTranspose: transposedConvolution,
  Cropping2D: cropping,
  Dense: dense,
  DepthwiseConv2D: depthwiseConvolution,
  Dropout: identity,
  ELU: elu,
  Flatten: flatten,
  GaussianDropout: identity,
  GaussianNoise: identity,
  GlobalAveragePooling1D: globalPooling('ReduceMean'),
  GlobalAveragePooling2D: globalPooling('ReduceMean'),
  GlobalMaxPooling1D: globalPooling('ReduceMax'),
  GlobalMaxPooling2D: globalPooling('ReduceMax'),
  LayerNormalization: layerNormalization,
  LeakyReLU: leakyReLU,
  MaxPooling1D: pooling('MaxPool'),
  MaxPooling2D: pooling('MaxPool'),
  Maximum: mergeAll('Max'),
  Minimum: mergeAll('Min'),
  Multiply: mergePairs('Mul'),
  Normalization: normalization,
  PReLU: pReLU,
  Permute: permute,
  RandomBrightness: identity,
  RandomContrast: identity,
  RandomFlip: identity,
  RandomRotation: identity,
  RandomTranslation: identity,
  RandomZoom: identity,
  ReLU: reLU,
  RepeatVector: repeatVector,
  Rescaling: rescaling,
  Reshape: reshape,
  SeparableConv2D: separableConvolution,
  Softmax: softmax,
  SpatialDropout1D: identity,
  SpatialDropout2D: identity,
  Subtract: mergePairs('Sub'),
  UpSampling2D: upSampling,
  ZeroPadding2D: zeroPadding,
}
