import { TreadleError, checkOptions, didYouMean, show } from '@treadle/core'
import {
  finalActivations,
  findLoss,
  losses,
  outputActivation,
  readGraph,
  type CustomLoss,
  type Head,
  type HeadActivation,
  type LossName,
} from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { inOrder, outputNames, type Arrays, type ModelSamples } from '../data/arrays.ts'
import { targetColumns } from '../data/rows.ts'

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
  /** Of Huber's loss, greater than 0: the error where its square turns to a line; the default is 1. */
  readonly delta?: number
}

/**
 * A loss by name, or with its options. 'auto' chooses the loss by the model's last activation and the data. Softmax:
 * sparse categorical cross-entropy for class indices, otherwise categorical cross-entropy. Sigmoid: binary
 * cross-entropy. Linear, with a table: mean squared error. A function is a loss of your own; the eager executor trains
 * with it.
 */
export type LossOption = 'auto' | LossSpelling | LossOptions | CustomLoss

/** A loss for each output: a list in the model's order, or a map by the output's name. */
export type LossOptionOfOutputs = LossOption | Arrays<LossOption>

/**
 * Determines the output heads of the model, one for each output: final activation, loss, metric, and weight of the loss.
 * @throws TreadleError `TRAINER_UNSUPPORTED_MODEL`, `TRAINER_BAD_LOSS`
 */
export function resolveHeads(
  model: LayersModel,
  { loss = 'auto', lossWeights }: { loss?: LossOptionOfOutputs; lossWeights?: Arrays<number> },
  samples: ModelSamples,
): Head[] {
  const units = checkModel(model, samples)
  const names = outputNames(model)
  const wanted = isOfOutputs(loss, names) ? inOrder(loss, names, 'train: `loss`') : names.map(() => loss)
  const weights = lossWeights && inOrder(lossWeights, names, 'train: `lossWeights`')
  const activations = finalActivations(readGraph(model))
  return names.map((name, i) => {
    const head = resolveHead(
      units[i] as number,
      activations[i] as HeadActivation,
      wanted[i] as LossOption,
      samples,
      i,
    )
    const weight = weights?.[i] ?? 1
    if (!(Number.isFinite(weight) && weight >= 0)) {
      throw new TreadleError(
        'TRAINER_BAD_LOSS',
        `lossWeights: the weight of \`${name}\` (=${show(weight)}) must be a number of at least 0.`,
      )
    }
    return { ...head, ...(weight !== 1 && { weight }) }
  })
}

/**
 * The output heads of a model that is evaluated. Besides those that `resolveHeads` takes, a classifier of images may end
 * in an average of probabilities, as an ensemble does.
 * @returns `probabilities`: the values before the final activation of the heads are probabilities, not logits
 * @throws TreadleError as `resolveHeads`
 */
export function evaluationHeads(
  model: LayersModel,
  options: { loss?: LossOptionOfOutputs; lossWeights?: Arrays<number> },
  samples: ModelSamples,
): { readonly heads: readonly Head[]; readonly probabilities: boolean } {
  const { loss = 'auto' } = options
  if (samples.kind === 'images' && loss === 'auto' && endsInAverage(model, samples)) {
    const fromLogits = { name: 'sparseCategoricalCrossentropy', fromLogits: true } as const
    const heads = resolveHeads(model, { ...options, loss: fromLogits }, samples)
    return { heads: heads.map((head) => ({ ...head, activation: 'softmax' })), probabilities: true }
  }
  return { heads: resolveHeads(model, options, samples), probabilities: false }
}

/** Whether the outputs of a model are probabilities, although its last layer has no activation. */
function endsInAverage(model: LayersModel, samples: ModelSamples): boolean {
  checkModel(model, samples)
  const graph = readGraph(model)
  return finalActivations(graph)[0] === 'linear' && outputActivation(graph) === 'softmax'
}

/** Whether an option is a list, or a map whose keys are names of outputs. */
function isOfOutputs(option: LossOptionOfOutputs, names: readonly string[]): option is Arrays<LossOption> {
  if (typeof option === 'string' || option === null || typeof option !== 'object') return false
  if (Array.isArray(option)) return true
  return Object.keys(option).some((key) => names.includes(key))
}

function resolveHead(
  units: number,
  activation: HeadActivation,
  option: LossOption,
  samples: ModelSamples,
  output: number,
): Head {
  if (typeof option === 'function') return customHead(units, activation, option, samples, output)
  if (typeof option !== 'string')
    checkOptions('loss', option, {
      name: 'string',
      fromLogits: 'boolean',
      labelSmoothing: 'number',
      delta: 'number',
    })
  const options: LossOptions = typeof option === 'string' ? { name: option } : option
  const { name: wanted = 'auto', fromLogits = false, labelSmoothing = 0, delta } = options
  const name = wanted === 'auto' ? automatic(activation, units, samples, output) : namedLoss(wanted)
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
  if (delta !== undefined && !(name === 'huber' && Number.isFinite(delta) && delta > 0)) {
    throw new TreadleError(
      'TRAINER_BAD_LOSS',
      `loss: \`delta\` (=${String(delta)}) must be greater than 0, and is for 'huber' only; the loss is ${name}.`,
    )
  }
  return {
    units,
    activation,
    loss: name,
    metric,
    ...(labelSmoothing > 0 && { labelSmoothing }),
    ...(delta !== undefined && { delta }),
  }
}

/** A head with a loss of the user's own. Its metric follows from the activation and the targets. */
function customHead(
  units: number,
  activation: HeadActivation,
  custom: CustomLoss,
  samples: ModelSamples,
  output: number,
): Head {
  const { size = 1 } = targetColumns(samples)[output] ?? {}
  const classes = activation !== 'linear' || samples.kind === 'images' || (size === 1 && units > 1)
  return { units, activation, loss: 'custom', custom, metric: classes ? 'accuracy' : 'mae' }
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
      `loss: \`labelSmoothing\` (=${show(smoothing)}) must be at least 0 and less than 1.`,
    )
  }
  if (smoothing > 0 && losses[name].activation === undefined) {
    throw new TreadleError(
      'TRAINER_BAD_LOSS',
      `loss: \`labelSmoothing\` (=${show(smoothing)}) is for a cross-entropy, but the loss is ${name}. Remove the option.`,
    )
  }
}

/** The output heads of a model for prediction only. */
export function outputHeads(model: LayersModel, samples: ModelSamples): Head[] {
  const units = checkModel(model, samples)
  return finalActivations(readGraph(model)).map((activation, i) => ({
    units: units[i] as number,
    activation,
    loss: 'meanSquaredError',
    metric: 'mae',
  }))
}

function automatic(
  activation: HeadActivation,
  units: number,
  samples: ModelSamples,
  output: number,
): LossName {
  const { size = 1 } = targetColumns(samples)[output] ?? {}
  if (activation === 'softmax')
    return samples.kind === 'images' || (size === 1 && units > 1)
      ? 'sparseCategoricalCrossentropy'
      : 'categoricalCrossentropy'
  if (activation === 'sigmoid') return 'binaryCrossentropy'
  if (samples.kind !== 'images') return 'meanSquaredError'
  throw new TreadleError(
    'TRAINER_BAD_LOSS',
    "loss 'auto': a model of images must end in softmax (or sigmoid, for two classes), but this model ends in neither. " +
      "Add one of them to the last layer, or pass loss { name: 'sparseCategoricalCrossentropy', fromLogits: true }.",
  )
}

/** Throws unless the model is built and has outputs of rank 2. Returns the units of each output. */
function checkModel(model: LayersModel, samples: ModelSamples): number[] {
  if (!model?.inputs?.length || !model.outputs?.length) {
    throw fail('must be a built tf.LayersModel; give its first layer an inputShape.')
  }
  if ((model.inputs.length > 1 || model.outputs.length > 1) && samples?.kind !== 'arrays') {
    throw fail(
      `has ${model.inputs.length} inputs and ${model.outputs.length} outputs. Give its data as { kind: 'arrays', inputs, targets, count }.`,
    )
  }
  const units = model.outputs.map(({ shape }) => {
    const size = shape[1]
    if (shape.length === 2 && typeof size === 'number') return size
    throw fail(
      `has output shape [${shape.join(', ')}], but only [null, units] is supported. Add a flatten layer.`,
    )
  })
  if (model.inputs.some(({ shape }) => shape.slice(1).some((d) => d === null))) {
    throw fail('has input dimensions of unknown size; build it with a complete inputShape.')
  }
  const odd = model.weights.find((weight) => weight.dtype !== 'float32')
  if (odd) throw fail(`weight \`${odd.originalName}\` has dtype ${odd.dtype}, but only float32 is supported.`)
  return units
}

function fail(problem: string): TreadleError {
  return new TreadleError('TRAINER_UNSUPPORTED_MODEL', `model: ${problem}`)
}
