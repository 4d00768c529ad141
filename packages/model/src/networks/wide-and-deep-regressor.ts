import type { LayersModel } from '@tensorflow/tfjs-layers'
import { checkOptions } from '@treadle/core'
import type { HiddenActivation } from '../models/hidden-activations.ts'
import { wideAndDeepNetwork } from './wide-and-deep-network.ts'

export interface WideAndDeepRegressorOptions {
  /** Determines the initial weights: an integer in [0, 2³²). */
  readonly seed: number
  /** Without the batch dimension. Default [8], California housing's features. */
  readonly inputShape?: readonly number[]
  /** Width of each hidden layer. Default [30, 30]. */
  readonly units?: readonly number[]
  /** How many numbers are predicted. Default 1. */
  readonly outputs?: number
  /** Of the hidden layers. Default `relu`. */
  readonly activation?: HiddenActivation
}

/**
 * Builds the wide-and-deep regressor with Keras's defaults: 1,239 parameters with the default options.
 * The output is [batch, outputs], linear. The same options give the same bits on every machine. Not compiled.
 *
 * @throws TreadleError `MODEL_BAD_OPTION`, `MODEL_NO_BACKEND`, `CORE_BAD_SEED`
 */
export function wideAndDeepRegressor(options: WideAndDeepRegressorOptions): LayersModel {
  checkOptions('wideAndDeepRegressor', options, ['seed', 'inputShape', 'units', 'outputs', 'activation'])
  return wideAndDeepNetwork({
    seed: options.seed,
    inputShape: options.inputShape ?? [8],
    units: options.units ?? [30, 30],
    dropout: 0,
    activation: options.activation ?? 'relu',
    batchNormalization: false,
    outputs: options.outputs ?? 1,
    outputActivation: 'linear',
    name: 'wide_and_deep_regressor',
  })
}
