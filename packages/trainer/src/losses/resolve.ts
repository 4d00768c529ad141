import { TreadleError, checkOptions, didYouMean, type Samples } from '@treadle/core'
import { finalActivation, findLoss, losses, readGraph, type Head, type LossName } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** The tfjs name of a loss, or a name that Keras accepts: 'mse', 'mean_squared_error', 'MeanSquaredError'. */
type LossSpelling = LossName | (string & {})

/** A loss with its options. */
export interface LossOptions {
  /** The default is 'auto'. */
  readonly name?: 'auto' | LossSpelling
  /** True if the model outputs logits: for a cross-entropy on a model without a final activation. */
  readonly fromLogits?: boolean
  /**
   * Smoothing factor s in [0, 1) of a cross-entropy. A target t becomes t·(1 − s) + s / K for K classes and
   * t·(1 − s) + s / 2 for a sigmoid. The same as `label_smoothing` of Keras, but also supported for class indices.
   */
  readonly labelSmoothing?: number
}

/**
 * A loss by name, or with its options. 'auto' chooses the loss by the model's last activation and the data. Softmax:
 * sparse categorical cross-entropy for class indices, otherwise categorical cross-entropy. Sigmoid: binary
 * cross-entropy. Linear, with a table: mean squared error.
 */
export type LossOption = 'auto' | LossSpelling | LossOptions

/**
 * Determines the output head of the model: final activation, loss and metric.
 * @throws TreadleError `TRAINER_UNSUPPORTED_MODEL`, `TRAINER_BAD_LOSS`
 */
export function resolveHead(model: LayersModel, option: LossOption, samples: Samples): Head {
  const units = checkModel(model)
  const activation = finalActivation(readGraph(model))
  if (typeof option !== 'string') checkOptions('loss', option, ['name', 'fromLogits', 'labelSmoothing'])
  const options: LossOptions = typeof option === 'string' ? { name: option } : option
  const { name: wanted = 'auto', fromLogits = false, labelSmoothing = 0 } = options
  const name = wanted === 'auto' ? automatic(activation, units, samples) : namedLoss(wanted)
  const { activation: needed, metric } = losses[name]
  if (needed === undefined && samples.kind === 'images') {
    throw new TreadleError(
      'TRAINER_BAD_LOSS',
      `loss: ${name} needs numeric targets, but images have class labels. Use a cross-entropy, or a Table with numeric targets.`,
    )
  }
  if (fromLogits && (needed === undefined || activation !== 'linear')) {
    throw new TreadleError(
      'TRAINER_BAD_LOSS',
      `loss: \`fromLogits\` is for a cross-entropy on a model without a final activation, but the loss is ${name} and the activation ${activation}. Remove the option.`,
    )
  }
  if (needed !== undefined && !fromLogits && activation !== needed) {
    throw new TreadleError(
      'TRAINER_BAD_LOSS',
      `loss: ${name} takes probabilities, so the model must end in ${needed}, but it ends in ${activation}. ` +
        `Give its last layer activation '${needed}'` +
        (activation === 'linear' ? `, or pass loss { name: '${name}', fromLogits: true }.` : '.'),
    )
  }
  checkSmoothing(labelSmoothing, name)
  return { units, activation, loss: name, metric, ...(labelSmoothing > 0 && { labelSmoothing }) }
}

function namedLoss(name: string): LossName {
  const found = typeof name === 'string' ? findLoss(name) : undefined
  if (found) return found
  const known = ['auto', ...Object.keys(losses)]
  const hint = typeof name === 'string' ? didYouMean(name, known) : ''
  throw new TreadleError(
    'TRAINER_BAD_LOSS',
    `loss: ${JSON.stringify(name)} is unknown.${hint} The losses are ${known
      .map((key) => `'${key}'`)
      .join(', ')}.`,
  )
}

function checkSmoothing(smoothing: number, name: LossName): void {
  if (!(smoothing >= 0 && smoothing < 1)) {
    throw new TreadleError(
      'TRAINER_BAD_LOSS',
      `loss: \`labelSmoothing\` (=${String(smoothing)}) must be at least 0 and less than 1.`,
    )
  }
  if (smoothing > 0 && losses[name].activation === undefined) {
    throw new TreadleError(
      'TRAINER_BAD_LOSS',
      `loss: \`labelSmoothing\` (=${smoothing}) is for a cross-entropy, but the loss is ${name}. Remove the option.`,
    )
  }
}

/** The output head of a model for prediction only. */
export function outputHead(model: LayersModel): Head {
  const units = checkModel(model)
  return {
    units,
    activation: finalActivation(readGraph(model)),
    loss: 'meanSquaredError',
    metric: 'mae',
  }
}

function automatic(activation: Head['activation'], units: number, samples: Samples): LossName {
  if (activation === 'softmax') {
    return samples.kind === 'images' || (samples.outputs === 1 && units > 1)
      ? 'sparseCategoricalCrossentropy'
      : 'categoricalCrossentropy'
  }
  if (activation === 'sigmoid') return 'binaryCrossentropy'
  if (samples.kind === 'table') return 'meanSquaredError'
  throw new TreadleError(
    'TRAINER_BAD_LOSS',
    "loss 'auto': a model of images must end in softmax (or sigmoid, for two classes), but this model ends in neither. " +
      "Add one of them to the last layer, or pass loss { name: 'sparseCategoricalCrossentropy', fromLogits: true }.",
  )
}

/** Throws unless the model is built, with one input and one output of rank 2. Returns its number of outputs. */
function checkModel(model: LayersModel): number {
  if (!model?.inputs?.length || !model.outputs?.length) {
    throw fail('must be a built tf.LayersModel; give its first layer an inputShape.')
  }
  if (model.inputs.length > 1 || model.outputs.length > 1) {
    throw fail(
      `has ${model.inputs.length} inputs and ${model.outputs.length} outputs; only models with one input and one output are supported.`,
    )
  }
  const shape = model.outputs[0]?.shape ?? []
  const units = shape[1]
  if (shape.length !== 2 || typeof units !== 'number') {
    throw fail(
      `has output shape [${shape.join(', ')}], but only [null, units] is supported. Add a flatten layer.`,
    )
  }
  if ((model.inputs[0]?.shape ?? []).slice(1).some((d) => d === null)) {
    throw fail('has input dimensions of unknown size; build it with a complete inputShape.')
  }
  const odd = model.weights.find((weight) => weight.dtype !== 'float32')
  if (odd) throw fail(`weight \`${odd.originalName}\` has dtype ${odd.dtype}, but only float32 is supported.`)
  return units
}

function fail(problem: string): TreadleError {
  return new TreadleError('TRAINER_UNSUPPORTED_MODEL', `model: ${problem}`)
}
