import type { LayerRule } from '../network.ts'
import { activation, reLU } from './activation.ts'
import { add } from './add.ts'
import { batchNormalization } from './batch-normalization.ts'
import { concatenate } from './concatenate.ts'
import {
  convolution,
  depthwiseConvolution,
  separableConvolution,
  transposedConvolution,
} from './convolution.ts'
import { dense } from './dense.ts'
import { dropout } from './dropout.ts'
import { flatten, reshape } from './flatten.ts'
import { input } from './input.ts'
import { cropping, upSampling, zeroPadding } from './placement.ts'
import { globalPooling, pooling } from './pooling.ts'
import { softmax } from './softmax.ts'

const rules: readonly LayerRule[] = [
  activation,
  add,
  batchNormalization,
  concatenate,
  convolution,
  cropping,
  dense,
  depthwiseConvolution,
  dropout,
  flatten,
  globalPooling,
  input,
  pooling,
  reLU,
  reshape,
  separableConvolution,
  softmax,
  transposedConvolution,
  upSampling,
  zeroPadding,
]

export const layerRules: ReadonlyMap<string, LayerRule> = new Map(rules.map((rule) => [rule.kind, rule]))
