import { TreadleError, type Samples } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { finalActivation } from './final-activation.ts'
import type { Head, LossName } from './head.ts'

/**
 * A loss by name, or one whose model ends in logits. 'auto' goes by the model's last activation and the data:
 * softmax: sparse categorical cross-entropy for class indices, else categorical; sigmoid: binary cross-entropy;
 * linear and tables: mean squared error.
 */
export type LossOption = 'auto' | LossName | { readonly name: LossName; readonly fromLogits: true }

const needs: Record<LossName, 'softmax' | 'sigmoid' | undefined> = {
  sparseCategoricalCrossentropy: 'softmax',
  categoricalCrossentropy: 'softmax',
  binaryCrossentropy: 'sigmoid',
  meanSquaredError: undefined,
}

/**
 * Settles what stands on top of the model.
 * @throws TreadleError `TRAINER_UNSUPPORTED_MODEL`, `TRAINER_BAD_LOSS`
 */
export function resolveHead(model: LayersModel, option: LossOption, samples: Samples): Head {
  const units = checkModel(model)
  const activation = finalActivation(model)
  const name =
    option === 'auto'
      ? automatic(activation, units, samples)
      : typeof option === 'string'
        ? option
        : option.name
  if (!Object.hasOwn(needs, name)) {
    throw new TreadleError(
      'TRAINER_BAD_LOSS',
      `loss: there is no ${JSON.stringify(name)}; there are 'auto', ${Object.keys(needs)
        .map((key) => `'${key}'`)
        .join(', ')}.`,
    )
  }
  const fromLogits = typeof option === 'object' && option.fromLogits
  const needed = needs[name]
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
  return {
    units,
    activation,
    loss: name,
    metric: needed === undefined ? 'mae' : 'accuracy',
  }
}

/** The head for predicting alone, where no loss is asked for. */
export function outputHead(model: LayersModel): Head {
  const units = checkModel(model)
  return {
    units,
    activation: finalActivation(model),
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
