import type { LayersModel } from '@tensorflow/tfjs-layers'
import { TreadleError, checkOptions, type LabelledImages, type Samples, type Table } from '@treadle/core'
import type { Head } from '@treadle/keras'
import type { Runtime } from '@treadle/runtime'
import { checkInputs, checkSamples, inputShape } from './data/check.ts'
import { evaluationOf, type ClassifierEvaluation, type TableEvaluation } from './evaluation.ts'
import { compileLogits } from './executors/compiled.ts'
import { inferLogits } from './executors/eager/infer.ts'
import { eagerNetwork } from './executors/eager/network.ts'
import { outputHead, resolveHead, type LossOption } from './losses/resolve.ts'
import { activate, classify } from './losses/score.ts'
import { findPenalties, penaltyLoss } from './regularizers.ts'
import { resolveBackend } from './run.ts'
import { scoreSamples } from './score-samples.ts'

export interface EvaluateOptions {
  /** Samples per inference call, 1 to 1024; the default is 256. It affects the results only by rounding. */
  readonly batchSize?: number
  readonly runtime?: Runtime
  readonly signal?: AbortSignal
  readonly loss?: LossOption
}

/**
 * Evaluates a model on samples in inference mode. The metric is accuracy for images and for a table with a
 * cross-entropy, otherwise the mean absolute error, with mean squared error also the root mean squared error.
 * @param samples images of shape [count, height, width, channels] with class indices, or a table with its targets
 * @throws TreadleError `TRAINER_BAD_DATA`, `TRAINER_SHAPE_MISMATCH`, `TRAINER_BAD_LABEL`, `TRAINER_BAD_LOSS`,
 * `TRAINER_UNSUPPORTED_MODEL`, `TRAINER_BAD_OPTION`; the signal's reason if it is aborted
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
  samples: Samples,
  options?: EvaluateOptions,
): Promise<ClassifierEvaluation | TableEvaluation>
export async function evaluate(
  model: LayersModel,
  samples: Samples,
  options: EvaluateOptions = {},
): Promise<TableEvaluation> {
  checkOptions('evaluate', options, ['batchSize', 'runtime', 'signal', 'loss'])
  const head = resolveHead(model, options.loss ?? 'auto', samples)
  checkSamples(samples, model, head, 'the evaluation data')
  const { logits, ...scores } = await runThrough(model, head, samples, options, true)
  const trainable = model.trainableWeights
  const regularization = penaltyLoss(
    findPenalties(model),
    (i) => trainable[i]?.read().dataSync<'float32'>() ?? new Float32Array(),
  )
  return evaluationOf(head, scores, logits, regularization)
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

/**
 * Computes the outputs of a model in inference mode. Labels and targets are ignored. Each call compiles the model with
 * its current weights. For repeated calls with one image use the `Classifier` of @treadle/model, which compiles once.
 *
 * @param inputs images of shape [count, height, width, channels], or features of shape [count, width]
 * @throws TreadleError `TRAINER_BAD_DATA`, `TRAINER_SHAPE_MISMATCH`, `TRAINER_UNSUPPORTED_MODEL`, `TRAINER_BAD_OPTION`;
 * the signal's reason if it is aborted
 */
export async function predict(
  model: LayersModel,
  inputs: Inputs,
  options: Omit<EvaluateOptions, 'loss'> = {},
): Promise<Prediction> {
  checkOptions('predict', options, ['batchSize', 'runtime', 'signal'])
  const head = outputHead(model)
  const samples = inputs as Samples
  checkInputs(samples, model, 'the data')
  const { logits: outputs } = await runThrough(model, head, samples, options, false)
  activate(head, outputs, outputs)
  const classes = head.activation === 'softmax' || (head.activation === 'sigmoid' && head.units === 1)
  return { outputs, units: head.units, ...(classes && { predictions: classify(head, outputs) }) }
}

async function runThrough(
  model: LayersModel,
  head: Head,
  samples: Samples,
  options: EvaluateOptions,
  scores: boolean,
) {
  const { batchSize = 256, runtime, signal } = options
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 1024) {
    throw new TreadleError(
      'TRAINER_BAD_OPTION',
      `\`batchSize\` (=${String(batchSize)}) must be a whole number from 1 to 1024.`,
    )
  }
  const program = await compileLogits(model, head, resolveBackend(runtime).runtime, samples.count)
  try {
    const logits = program?.logits ?? eagerLogits(model)
    const result = await scoreSamples(logits, head, samples, batchSize, { scores, logits: true }, signal)
    if (!result) throw signal?.reason
    return { ...result, logits: result.logits as Float32Array }
  } finally {
    program?.dispose()
  }
}

function eagerLogits(model: LayersModel) {
  const network = eagerNetwork(model)
  const shape = inputShape(model)
  return async (rows: Samples, from: number, to: number) => inferLogits(network, shape, rows, from, to)
}
