import type { LayersModel } from '@tensorflow/tfjs-layers'
import { checkOptions } from '@treadle/core'
import { checkInteger } from '../check-options.ts'
import type { HiddenActivation } from '../models/hidden-activations.ts'
import { wideAndDeepNetwork } from './wide-and-deep-network.ts'

export interface WideAndDeepClassifierOptions {
  /** Determines the initial weights: an integer in [0, 2³²). */
  readonly seed: number
  /** Without the batch dimension: [height, width] (default [28, 28]), [height, width, channels] or [features]. */
  readonly inputShape?: readonly number[]
  /** Width of each hidden layer. Default [30, 30]. */
  readonly units?: readonly number[]
  /** Fraction of the last hidden layer dropped in training, in [0, 1). Default 0.5; 0 leaves the layer out. */
  readonly dropout?: number
  /** Default 10. */
  readonly classes?: number
  /** Whether batch normalization follows each hidden layer. Default true. */
  readonly batchNormalization?: boolean
  /** Of the hidden layers. Default `relu`. */
  readonly activation?: HiddenActivation
}

/**
 * Builds the wide-and-deep image classifier with Keras's defaults: 18,290 parameters with the default options.
 *
 * Dense layers read an image row by row: [height, width] stays as it is, [height, width, channels] is first reshaped
 * to [height, width · channels] (layer `rows`), [features] is one row. The output is [batch, classes], softmax.
 * The same options give the same bits of every weight on every machine. The model is not compiled.
 *
 * @throws TreadleError `MODEL_BAD_OPTION`, `MODEL_NO_BACKEND`, `CORE_BAD_SEED`
 * @example
 * const model = wideAndDeepClassifier({ seed: 1 })
 */
export function wideAndDeepClassifier(options: WideAndDeepClassifierOptions): LayersModel {
  checkOptions('wideAndDeepClassifier', options, [
    'seed',
    'inputShape',
    'units',
    'dropout',
    'classes',
    'batchNormalization',
    'activation',
  ])
  const { seed, inputShape = [28, 28], units = [30, 30], dropout = 0.5, classes = 10 } = options
  checkInteger('classes', classes, 2)
  return wideAndDeepNetwork({
    seed,
    inputShape,
    units,
    dropout,
    activation: options.activation ?? 'relu',
    batchNormalization: options.batchNormalization ?? true,
    outputs: classes,
    outputActivation: 'softmax',
    name: 'wide_and_deep',
  })
}
