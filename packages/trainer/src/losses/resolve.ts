import { TreadleError, checkOptions, didYouMean, type Samples } from '@treadle/core'
import { finalActivation, findLoss, losses, readGraph, type Head, type LossName } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** A loss by tfjs's name or by a name that Keras accepts: 'mse', 'mean_squared_error', 'MeanSquaredError'. */
type LossSpelling = LossName | (string & {})

/** A loss with its options. */
export interface LossOptions {
  /** 'auto' unless given. */
  readonly name?: 'auto' | LossSpelling
  /** The model ends in logits: for a cross-entropy on a model without a final activation. */
  readonly fromLogits?: boolean
  /**
   * Mixes the targets of a cross-entropy with the uniform distribution, in [0, 1): of K classes, t·(1 − s) + s / K;
   * of one sigmoid, t·(1 − s) + s / 2. Keras's `label_smoothing`, for class indices too.
   */
  readonly labelSmoothing?: number
}

/**
 * A loss by name, or with its options. 'auto' chooses by the model's last activation and the
 * data. Softmax: sparse categorical cross-entropy for class indices, else categorical cross-entropy. Sigmoid: binary
 * cross-entropy. Linear, with a table: mean squared error.
 */
export type LossOption = 'auto' | LossSpelling | LossOptions

/**
 * Decides the head of the model: final activation, loss and metric.
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
      `loss: ${name} compares numbers, but images have class labels. Use a cross-entropy, or put numeric targets into a Table.`,
    )
  }
  if (fromLogits && (needed === undefined || activation !== 'linear')) {
    throw new TreadleError(
      'TRAINER_BAD_LOSS',
      `loss: \`fromLogits\` is for a cross-entropy on a model without a final activation; this is ${name} on ${activation}. Leave it out.`,
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
      `loss: \`labelSmoothing\` (=${smoothing}) is for a cross-entropy; this is ${name}. Leave it out.`,
    )
  }
}

/** The head of a model that only predicts. */
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
    "loss 'auto': a model of images should end in softmax (or sigmoid, for two classes), but this one has no such activation. " +
      "Add it to the last layer, or pass loss { name: 'sparseCategoricalCrossentropy', fromLogits: true }.",
  )
}

/** Throws unless the model is built, with one input and one output of rank 2. Returns its number of outputs. */
function checkModel(model: LayersModel): number {
  if (!model?.inputs?.length || !model.outputs?.length) {
    throw fail('must be a built tf.LayersModel; give its first layer an inputShape.')
  }
  if (model.inputs.length > 1 || model.outputs.length > 1) {
    throw fail(
      `has ${model.inputs.length} inputs and ${model.outputs.length} outputs; models with one of each can be trained.`,
    )
  }
  const shape = model.outputs[0]?.shape ?? []
  const units = shape[1]
  if (shape.length !== 2 || typeof units !== 'number') {
    throw fail(
      `gives shape [${shape.join(', ')}]; a row of outputs for each sample, [null, units], can be trained. Add a flatten layer.`,
    )
  }
  if ((model.inputs[0]?.shape ?? []).slice(1).some((d) => d === null)) {
    throw fail('its input has dimensions of unknown size; build it with a whole inputShape.')
  }
  const odd = model.weights.find((weight) => weight.dtype !== 'float32')
  if (odd) throw fail(`weight \`${odd.originalName}\` has dtype ${odd.dtype}; only float32 can be trained.`)
  return units
}

function fail(problem: string): TreadleError {
  return new TreadleError('TRAINER_UNSUPPORTED_MODEL', `model: ${problem}`)
}
