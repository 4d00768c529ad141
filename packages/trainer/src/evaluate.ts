import type { LayersModel } from '@tensorflow/tfjs-layers'
import {
  TreadleError,
  checkOptions,
  type LabelledImages,
  type Samples,
  type Table,
  show,
} from '@treadle/core'
import type { TestTimeAugmentation } from '@treadle/image/views'
import type { Head } from '@treadle/keras'
import type { Runtime } from '@treadle/runtime'
import {
  inOrder,
  inputNames,
  listed,
  outputNames,
  type ArrayInputs,
  type ArraySamples,
  type ModelSamples,
} from './data/arrays.ts'
import { averageViews } from './average-views.ts'
import { checkInputs, checkSamples, inputShapes } from './data/check.ts'
import { checkSound } from './data/sound.ts'
import {
  byName,
  evaluationsOf,
  type ClassifierEvaluation,
  type ModelEvaluation,
  type TableEvaluation,
} from './evaluation.ts'
import { compileLogits } from './executors/compiled.ts'
import { inferLogits } from './executors/eager/infer.ts'
import { eagerNetwork } from './executors/eager/network.ts'
import { logProbabilities } from './losses/log-probabilities.ts'
import { evaluationHeads, outputHeads } from './losses/resolve.ts'
import { activate, classify } from './losses/score.ts'
import { resolveMetrics, type OutputMetric } from './metrics/resolve.ts'
import { findPenalties, penaltyLoss } from './regularizers.ts'
import { resolveBackend } from './run.ts'
import type { TrainOptions } from './options.ts'
import { scoreSamples, type LogitsOf, type SampleScores } from './score-samples.ts'

export interface EvaluateOptions extends Pick<TrainOptions, 'loss' | 'lossWeights' | 'metrics'> {
  /** Samples per inference call, 1 to 1024; the default is 256. It affects the results only by rounding. */
  readonly batchSize?: number
  readonly runtime?: Runtime
  readonly signal?: AbortSignal
  /** Averages the probabilities over several views of each image: mirrored, moved, or both. For images. */
  readonly testTimeAugmentation?: TestTimeAugmentation | undefined
}

/** Options of `predict`. */
export type PredictOptions = Omit<EvaluateOptions, 'loss' | 'lossWeights' | 'metrics'>

const kinds = {
  batchSize: 'any',
  runtime: 'object',
  signal: 'signal',
  testTimeAugmentation: 'any',
} as const

/**
 * Evaluates a model on samples in inference mode. A classifier of images ends in a softmax or sigmoid, or in an average
 * of probabilities, as an ensemble does. The metric is accuracy for images and for a table with a
 * cross-entropy, otherwise the mean absolute error, with mean squared error also the root mean squared error.
 * @param samples images of shape [count, height, width, channels] with class indices, a table with its targets, or
 * arrays for each input and output of the model
 * @throws TreadleError `TRAINER_BAD_DATA`, `TRAINER_SHAPE_MISMATCH`, `TRAINER_BAD_LABEL`, `TRAINER_BAD_LOSS`,
 * `TRAINER_UNSUPPORTED_MODEL`, `TRAINER_BAD_OPTION`, `IMAGE_BAD_VIEWS`; the signal's reason if it is aborted
 */
export async function evaluate(
  model: LayersModel,
  samples: LabelledImages,
  options?: EvaluateOptions,
): Promise<ClassifierEvaluation>
export async function evaluate(
  model: LayersModel,
  samples: Table,
  options?: EvaluateOptions,
): Promise<TableEvaluation>
export async function evaluate(
  model: LayersModel,
  samples: ArraySamples,
  options?: EvaluateOptions,
): Promise<ModelEvaluation>
export async function evaluate(
  model: LayersModel,
  samples: Samples,
  options?: EvaluateOptions,
): Promise<ClassifierEvaluation | TableEvaluation>
export async function evaluate(
  model: LayersModel,
  samples: Samples | ArraySamples,
  options: EvaluateOptions = {},
): Promise<TableEvaluation | ModelEvaluation> {
  checkOptions('evaluate', options, { ...kinds, loss: 'any', lossWeights: 'object', metrics: 'any' })
  const data = listed(samples, model, 'the evaluation data')
  const { heads, probabilities } = evaluationHeads(model, options, data)
  checkSamples(data, model, heads, 'the evaluation data')
  const metrics = resolveMetrics(options.metrics, heads, outputNames(model))
  const scores = await runThrough('evaluate', model, { heads, probabilities }, data, options, metrics)
  const trainable = model.trainableWeights
  const ofWeights = penaltyLoss(
    findPenalties(model),
    (i) => trainable[i]?.read().dataSync<'float32'>() ?? new Float32Array(),
  )
  const regularization = ofWeights + (scores[0]?.activity ?? 0)
  return evaluationsOf(model, data, heads, scores, regularization, metrics)
}

/** Samples without labels or targets. */
export type Inputs = Omit<LabelledImages, 'labels'> | Omit<Table, 'targets' | 'outputs'>

export interface Prediction {
  /** Row-major, shape [count, units]. */
  readonly outputs: Float32Array
  readonly units: number
  /** Class index of each sample, shape [count], for models that end in softmax or in one sigmoid. */
  readonly predictions?: Int32Array
}

/** The result of `predict` for `ArrayInputs`. */
export interface ModelPrediction {
  /** By the name of the output. */
  readonly outputs: Readonly<Record<string, Prediction>>
}

/**
 * Computes the outputs of a model in inference mode. Labels and targets are ignored. Each call compiles the model with
 * its current weights. For repeated calls with one image use the `Classifier` of @treadle/model, which compiles once.
 *
 * @param inputs images of shape [count, height, width, channels], features of shape [count, width], or an array for each
 * input of the model
 * @throws TreadleError `TRAINER_BAD_DATA`, `TRAINER_SHAPE_MISMATCH`, `TRAINER_UNSUPPORTED_MODEL`, `TRAINER_BAD_OPTION`,
 * `IMAGE_BAD_VIEWS`; the signal's reason if it is aborted
 */
export async function predict(
  model: LayersModel,
  inputs: Inputs,
  options?: PredictOptions,
): Promise<Prediction>
export async function predict(
  model: LayersModel,
  inputs: ArrayInputs,
  options?: PredictOptions,
): Promise<ModelPrediction>
export async function predict(
  model: LayersModel,
  inputs: Inputs | ArrayInputs,
  options: PredictOptions = {},
): Promise<Prediction | ModelPrediction> {
  checkOptions('predict', options, kinds)
  const samples = listedInputs(inputs, model)
  const heads = outputHeads(model, samples)
  checkInputs(samples, model, 'the data')
  const scores = await runThrough('predict', model, { heads, probabilities: false }, samples, options)
  const predictions = heads.map((head, i) => predictionOf(head, scores[i]?.logits as Float32Array))
  if (samples.kind !== 'arrays') return predictions[0] as Prediction
  return { outputs: byName(outputNames(model), predictions) }
}

function listedInputs(inputs: Inputs | ArrayInputs, model: LayersModel): ModelSamples {
  if (inputs?.kind !== 'arrays') {
    checkSound(inputs as Samples, 'the data', false)
    return inputs as Samples
  }
  const names = model?.inputs ? inputNames(model) : []
  return { ...inputs, inputs: inOrder(inputs.inputs, names, 'the data: `inputs`'), targets: [] }
}

function predictionOf(head: Head, outputs: Float32Array): Prediction {
  activate(head, outputs, outputs)
  const classes = head.activation === 'softmax' || (head.activation === 'sigmoid' && head.units === 1)
  return { outputs, units: head.units, ...(classes && { predictions: classify(head, outputs) }) }
}

async function runThrough(
  operation: string,
  model: LayersModel,
  { heads, probabilities }: { readonly heads: readonly Head[]; readonly probabilities: boolean },
  samples: ModelSamples,
  options: EvaluateOptions,
  metrics?: readonly (readonly OutputMetric[])[],
): Promise<SampleScores[]> {
  const { batchSize = 256, runtime, signal, testTimeAugmentation: views } = options
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 1024) {
    throw new TreadleError(
      'TRAINER_BAD_OPTION',
      `\`batchSize\` (=${show(batchSize)}) must be a whole number from 1 to 1024.`,
    )
  }
  const program = await compileLogits(model, resolveBackend(operation, runtime).runtime, samples.count)
  try {
    const outputs = program?.logits ?? eagerLogits(model)
    const plain = probabilities ? logProbabilities(outputs, heads.length) : outputs
    const logits = views === undefined ? plain : await averageViews(operation, plain, heads, samples, views)
    const wanted = { scores: metrics !== undefined, logits: true, metrics: metrics ?? [] }
    const result = await scoreSamples(logits, heads, samples, batchSize, wanted, signal)
    if (!result) throw signal?.reason
    return result
  } finally {
    program?.dispose()
  }
}

function eagerLogits(model: LayersModel): LogitsOf {
  const network = eagerNetwork(model)
  const shapes = inputShapes(model)
  return async (rows: ModelSamples, from: number, to: number) => inferLogits(network, shapes, rows, from, to)
}
