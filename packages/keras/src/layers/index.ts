import { readActivation } from './activation.ts'
import { readAdd } from './add.ts'
import { readBatchNormalization } from './batch-normalization.ts'
import { readConcatenate } from './concatenate.ts'
import { readDense } from './dense.ts'
import { readDropout, readSpatialDropout1D, readSpatialDropout2D } from './dropout.ts'
import type { Fields } from './fields.ts'
import { readFlatten } from './flatten.ts'
import { readInput } from './input.ts'
import { readOther, type OtherConfig } from './other.ts'
import { readReLU } from './re-lu.ts'
import { readReshape } from './reshape.ts'
import { readSoftmax } from './softmax.ts'

/** How the configuration of each class of layer is read. A new one is a file like those above and a line here. */
const readers = {
  Activation: readActivation,
  Add: readAdd,
  BatchNormalization: readBatchNormalization,
  Concatenate: readConcatenate,
  Dense: readDense,
  Dropout: readDropout,
  Flatten: readFlatten,
  InputLayer: readInput,
  ReLU: readReLU,
  Reshape: readReshape,
  Softmax: readSoftmax,
  SpatialDropout1D: readSpatialDropout1D,
  SpatialDropout2D: readSpatialDropout2D,
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
