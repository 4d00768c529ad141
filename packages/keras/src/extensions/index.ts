import { layers } from '@tensorflow/tfjs-layers'
import { activations } from './activations.ts'
import {
  type RandomBrightnessArgs,
  type RandomContrastArgs,
  type RandomFlipArgs,
  type RandomRotationArgs,
  type RandomTranslationArgs,
  type RandomZoomArgs,
  augmentations,
} from './augmentation.ts'
import { CompleteELU, CompletePReLU, CompleteSoftmax } from './complete-activations.ts'
import { CompleteBatchNormalization } from './complete-batch-normalization.ts'
import { CompleteConcatenate } from './complete-concatenate.ts'
import {
  CompleteConv1D,
  CompleteConv2D,
  CompleteConv2DTranspose,
  CompleteDepthwiseConv2D,
  type GroupsArgs,
} from './complete-convolutions.ts'
import {
  CompleteAveragePooling2D,
  CompleteGlobalAveragePooling1D,
  CompleteGlobalAveragePooling2D,
  CompleteGlobalMaxPooling1D,
  CompleteGlobalMaxPooling2D,
  type GlobalPoolingArgs,
} from './complete-pooling.ts'
import { preprocessing } from './complete-preprocessing.ts'
import { CompleteReLU } from './complete-re-lu.ts'
import { CompleteUpSampling2D } from './complete-up-sampling-2d.ts'
import { Normalization, type NormalizationArgs } from './normalization.ts'
import { register, type Registrable } from './register.ts'
import { SpatialDropout2D, type SpatialDropout2DArgs } from './spatial-dropout-2d.ts'
import { Subtract } from './subtract.ts'
import type { LayerArgs } from './base-layer.ts'

export type {
  GlobalPoolingArgs,
  GroupsArgs,
  LayerArgs,
  NormalizationArgs,
  RandomBrightnessArgs,
  RandomContrastArgs,
  RandomFlipArgs,
  RandomRotationArgs,
  RandomTranslationArgs,
  RandomZoomArgs,
  SpatialDropout2DArgs,
}

/** Layers and activations that tfjs lacks, or whose settings it ignores. A new one is a file and a line here. */
const extensions: readonly Registrable[] = [
  ...activations,
  ...augmentations.values(),
  ...preprocessing,
  CompleteAveragePooling2D,
  CompleteBatchNormalization,
  CompleteConcatenate,
  CompleteConv1D,
  CompleteConv2D,
  CompleteConv2DTranspose,
  CompleteDepthwiseConv2D,
  CompleteELU,
  CompleteGlobalAveragePooling1D,
  CompleteGlobalAveragePooling2D,
  CompleteGlobalMaxPooling1D,
  CompleteGlobalMaxPooling2D,
  CompletePReLU,
  CompleteReLU,
  CompleteSoftmax,
  CompleteUpSampling2D,
  Normalization,
  SpatialDropout2D,
  Subtract,
]

/**
 * Registers with tfjs those of the named classes and activations that are in this list, so that tfjs can build them.
 * A class that somebody registered under the same name stays.
 * @param names as tfjs looks them up: 'Subtract', 'hardSilu'
 */
export function registerExtensions(names: readonly string[]): void {
  for (const type of extensions) if (names.includes(type.className)) register(type)
}

/** The layer Subtract: its first input minus its second. */
export function subtract(args: LayerArgs = {}): Subtract {
  register(Subtract)
  return new Subtract(args)
}

/** The layer SpatialDropout2D: drops whole channels of images in training. */
export function spatialDropout2d(args: SpatialDropout2DArgs & LayerArgs): SpatialDropout2D {
  register(SpatialDropout2D)
  return new SpatialDropout2D(args)
}

/** The layer Normalization: subtracts a known mean and divides by a known standard deviation. */
export function normalization(args: NormalizationArgs & LayerArgs = {}): Normalization {
  register(Normalization)
  return new Normalization(args)
}

type Layer = layers.Layer

type Conv1DArgs = Parameters<typeof layers.conv1d>[0] & GroupsArgs
type Conv2DArgs = Parameters<typeof layers.conv2d>[0] & GroupsArgs
type Conv2DTransposeArgs = Parameters<typeof layers.conv2dTranspose>[0]
type DepthwiseConv2DArgs = Parameters<typeof layers.depthwiseConv2d>[0]

function completed(type: Registrable, args: object): Layer {
  register(type)
  return new (type as unknown as new (args: object) => Layer)(args)
}

/** The layer Conv1D, also with `groups` and with `padding: 'causal'`. */
export const conv1d = (args: Conv1DArgs): Layer => completed(CompleteConv1D, args)

/** The layer Conv2D, also with `groups`: the filters of each group read the channels of this group only. */
export const conv2d = (args: Conv2DArgs): Layer => completed(CompleteConv2D, args)

/** The layer Conv2DTranspose, also with `dilationRate`. */
export const conv2dTranspose = (args: Conv2DTransposeArgs): Layer => completed(CompleteConv2DTranspose, args)

/** The layer DepthwiseConv2D, also with `dilationRate`. */
export const depthwiseConv2d = (args: DepthwiseConv2DArgs): Layer => completed(CompleteDepthwiseConv2D, args)

/** A layer that keeps the axes it reduces, or tfjs's own. */
const globalPooling =
  (kept: Registrable, own: (args: Parameters<typeof layers.globalAveragePooling2d>[0]) => Layer) =>
  ({ keepdims = false, dataFormat = 'channelsLast', ...args }: GlobalPoolingArgs & LayerArgs = {}): Layer =>
    keepdims ? completed(kept, { ...args, dataFormat }) : own({ ...args, dataFormat })

/** The layer GlobalAveragePooling1D, also with `keepdims`. */
export const globalAveragePooling1d = globalPooling(
  CompleteGlobalAveragePooling1D,
  layers.globalAveragePooling1d,
)

/** The layer GlobalAveragePooling2D, also with `keepdims`. */
export const globalAveragePooling2d = globalPooling(
  CompleteGlobalAveragePooling2D,
  layers.globalAveragePooling2d,
)

/** The layer GlobalMaxPooling1D, also with `keepdims`. */
export const globalMaxPooling1d = globalPooling(CompleteGlobalMaxPooling1D, layers.globalMaxPooling1d)

/** The layer GlobalMaxPooling2D, also with `keepdims`. */
export const globalMaxPooling2d = globalPooling(CompleteGlobalMaxPooling2D, layers.globalMaxPooling2d)

/** The layer Softmax, also along another axis than the last. `axis` counts the batch dimension; −1 is the last axis. */
export const softmax = ({ axis = -1, ...args }: LayerArgs & { readonly axis?: number } = {}): Layer =>
  completed(CompleteSoftmax, { ...args, axis })

function augmentation(name: string, args: object): Layer {
  const type = augmentations.get(name) as new (args: object) => Layer
  registerExtensions([name])
  return new type(args)
}

/** The layer RandomBrightness: `fit` of @treadle/trainer makes training images brighter or darker by up to a part of the range. */
export const randomBrightness = (args: RandomBrightnessArgs & LayerArgs): Layer =>
  augmentation('RandomBrightness', args)

/** The layer RandomContrast: `fit` of @treadle/trainer multiplies the contrast of training images. */
export const randomContrast = (args: RandomContrastArgs & LayerArgs): Layer =>
  augmentation('RandomContrast', args)

/** The layer RandomFlip: `fit` of @treadle/trainer mirrors half of the training images. */
export const randomFlip = (args: RandomFlipArgs & LayerArgs = {}): Layer => augmentation('RandomFlip', args)

/** The layer RandomRotation: `fit` of @treadle/trainer rotates training images by up to a part of a turn. */
export const randomRotation = (args: RandomRotationArgs & LayerArgs): Layer =>
  augmentation('RandomRotation', args)

/** The layer RandomTranslation: `fit` of @treadle/trainer moves training images by up to a part of their size. */
export const randomTranslation = (args: RandomTranslationArgs & LayerArgs): Layer =>
  augmentation('RandomTranslation', args)

/** The layer RandomZoom: `fit` of @treadle/trainer zooms training images in or out. */
export const randomZoom = (args: RandomZoomArgs & LayerArgs): Layer => augmentation('RandomZoom', args)
