import type { LayerRule } from '../network.ts'
import { activation, elu, leakyReLU, reLU, thresholdedReLU } from './activation.ts'
import { add, merge } from './add.ts'
import { augmentation } from './augmentation.ts'
import { batchNormalization } from './batch-normalization.ts'
import { concatenate } from './concatenate.ts'
import {
  convolution,
  depthwiseConvolution,
  separableConvolution,
  transposedConvolution,
} from './convolution.ts'
import { dense } from './dense.ts'
import { dot } from './dot.ts'
import { alphaDropout, dropout, noise } from './dropout.ts'
import { flatten, reshape } from './flatten.ts'
import { input } from './input.ts'
import { pReLU } from './p-re-lu.ts'
import { layerNormalization } from './layer-normalization.ts'
import { normalization } from './normalization.ts'
import { permute, repeatVector } from './permute.ts'
import { cropping, upSampling, zeroPadding } from './placement.ts'
import { globalPooling, pooling } from './pooling.ts'
import { rescaling } from './rescaling.ts'
import { softmax } from './softmax.ts'

const rules: readonly LayerRule[] = [
  activation,
  add,
  alphaDropout,
  augmentation,
  batchNormalization,
  concatenate,
  convolution,
  cropping,
  dense,
  depthwiseConvolution,
  dot,
  dropout,
  elu,
  flatten,
  globalPooling,
  input,
  leakyReLU,
  layerNormalization,
  merge,
  noise,
  normalization,
  permute,
  pooling,
  pReLU,
  reLU,
  repeatVector,
  rescaling,
  reshape,
  separableConvolution,
  softmax,
  thresholdedReLU,
  transposedConvolution,
  upSampling,
  zeroPadding,
]

export const layerRules: ReadonlyMap<string, LayerRule> = new Map(rules.map((rule) => [rule.kind, rule]))
