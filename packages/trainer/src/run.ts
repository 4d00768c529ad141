import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type LabelledImages, TreadleError, checkOptions, checkSeed, show } from '@treadle/core'
import type { Head } from '@treadle/keras'
import { checkWeightNames, resolveOptimizer, settleLearningRate } from '@treadle/optim'
import { activeRuntime, checkRuntime, type Runtime } from '@treadle/runtime'
import { Augmenter } from './augmentation/augmenter.ts'
import type { Augmentation } from './augmentation/index.ts'
import { augmentationOfLayers } from './augmentation/of-layers.ts'
import { resolveAugmentation } from './augmentation/resolve.ts'
import { withSoftLabels } from './augmentation/soft-labels.ts'
import { listed, outputNames, type ModelSamples } from './data/arrays.ts'
import { checkSamples } from './data/check.ts'
import { sliceSamples } from './data/rows.ts'
import { combineWeights } from './data/weights.ts'
import { resolveEarlyStopping, type EarlyStopping } from './early-stopping.ts'
import { withCachedFeatures } from './executors/cached-features/executor.ts'
import type { TrainingPlan } from './executors/executor.ts'
import { withImageScales } from './executors/image-scales/executor.ts'
import { checkImageScales } from './executors/image-scales/scales.ts'
import { selectExecutor, type Selection } from './executors/select.ts'
import { resolveHeads } from './losses/resolve.ts'
import { resolveMetrics } from './metrics/resolve.ts'
import { trainOptionHints, trainOptionKinds, type TrainingData, type TrainOptions } from './options.ts'
import { findPenalties } from './regularizers.ts'
import { checkState } from './state/check-state.ts'
import { checkResume, describeSettings } from './state/resume.ts'
import type { RunSettings, TrainingState } from './state/state.ts'

/** The resolved options and checked inputs of a run. */
export interface Run {
  readonly plan: TrainingPlan
  readonly selection: Selection
  readonly epochs: number
  readonly stopping: Required<EarlyStopping> | undefined
  readonly validation: ModelSamples | undefined
  /** Of the validation: the plan has other losses for soft labels. */
  readonly heads: readonly Head[]
  readonly settings: RunSettings
  readonly backend: string
}

/** Resolves and checks model, data and options. Has no side effects. */
export function prepareRun(model: LayersModel, data: TrainingData, options: TrainOptions): Run {
  checkOptions('train', options, trainOptionKinds, trainOptionHints)
  const { epochs = 10, batchSize = 32, seed = 0 } = options
  for (const [name, value] of Object.entries({ epochs, batchSize })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new TreadleError(
        'TRAINER_BAD_OPTION',
        `train: \`${name}\` (=${show(value)}) must be a whole number of at least 1.`,
      )
    }
  }
  checkSeed(seed)
  const { runtime, backend } = resolveBackend('train', options.runtime)
  const parts = divide(model, data, options.validation)
  const heads = resolveHeads(model, options, parts.train)
  // Before the split, which arrays of wrong lengths would hide.
  checkSamples(parts.whole, model, heads, 'the training data')
  if (parts.validation) checkSamples(parts.validation, model, heads, 'the validation data')
  const optimizer = resolveOptimizer(options.optimizer === undefined ? 'adam' : options.optimizer, 'train')
  checkWeightNames(
    optimizer,
    model.trainableWeights.map(({ originalName }) => originalName),
  )
  const sampleWeight = combineWeights(parts.train, parts.whole, options)
  const augmented = resolveAugmentation(
    // Frozen layers whose features are cached run by inference, so they change no image.
    options.cacheFeatures
      ? options.augmentation
      : withLayers(options.augmentation, augmentationOfLayers(model, parts.train)),
    parts.train,
  )
  const augmenter = augmented && new Augmenter(augmented.images, augmented.steps, seed)
  const soft = augmented && augmenter?.mixesLabels ? withSoftLabels(heads, augmented) : undefined
  const { resume, after, imageScales = [] } = options
  checkImageScales(imageScales, model, parts.train, options.cacheFeatures ?? false)
  if (resume !== undefined) checkState(resume)
  if (after !== undefined) checkAfter(after, options, epochs)
  const before = resume ? resume.firstEpoch : after?.epoch
  const plan: TrainingPlan = {
    model,
    heads: soft?.heads ?? heads,
    metrics: resolveMetrics(options.metrics, heads, outputNames(model)),
    optimizer: {
      ...optimizer,
      learningRate: settleLearningRate(optimizer.learningRate, epochs - (before ?? 0)),
    },
    penalties: findPenalties(model),
    batchSize,
    seed,
    samples: soft?.samples ?? parts.train,
    ...(sampleWeight && { sampleWeight }),
    ...(augmenter && { augmenter }),
    ...(imageScales.length > 0 && { imageScales }),
    ...(options.cacheFeatures && { cachesFeatures: true }),
    ...(runtime && { runtime }),
  }
  const wanted = options.executor ?? 'auto'
  const selected = selectExecutor(plan, wanted === 'auto' && resume ? resume.executor : wanted)
  const selection = plan.cachesFeatures
    ? cachingSelection(selected, plan, options.signal)
    : scaledSelection(selected, plan, parts.train)
  const settings = describeSettings(plan)
  if (resume) checkResume(resume, plan, settings, epochs)
  const stopping = options.earlyStopping && resolveEarlyStopping(options.earlyStopping)
  if (stopping) checkMonitor(stopping.monitor, logNames(plan), parts.validation !== undefined)
  return { plan, selection, epochs, stopping, validation: parts.validation, heads, settings, backend }
}

/** The augmentations of the options, which come first, and of the layers. What is no list stays as it is. */
function withLayers(given: TrainOptions['augmentation'], ofLayers: readonly Augmentation[]) {
  if (ofLayers.length === 0 || (given !== undefined && !Array.isArray(given))) return given
  return [...(given ?? []), ...ofLayers]
}

function cachingSelection(
  selection: Selection,
  { augmenter }: TrainingPlan,
  signal: TrainOptions['signal'],
): Selection {
  if (augmenter)
    throw new TreadleError(
      'TRAINER_BAD_OPTION',
      'train: `cacheFeatures` cannot be combined with `augmentation`, which makes other images in each epoch. Leave one of them out.',
    )
  return { ...selection, factory: withCachedFeatures(selection.factory, signal) }
}

function scaledSelection(
  selection: Selection,
  { imageScales }: TrainingPlan,
  samples: ModelSamples,
): Selection {
  if (!imageScales) return selection
  return { ...selection, factory: withImageScales(selection.factory, samples as LabelledImages, imageScales) }
}

function checkAfter(after: TrainingState, { resume }: TrainOptions, epochs: number): void {
  checkState(after)
  const problem =
    resume !== undefined
      ? '`after` begins a training and `resume` continues one. Leave `after` out.'
      : epochs <= after.epoch
        ? `\`epochs\` (=${epochs}) counts the ${after.epoch} epochs of \`after\` too. Give more.`
        : undefined
  if (problem !== undefined) throw new TreadleError('TRAINER_BAD_OPTION', `train: ${problem}`)
}

/** The given or active runtime, and tfjs's active backend. */
export function resolveBackend(
  operation: string,
  asked: Runtime | undefined,
): {
  runtime: Runtime | undefined
  backend: string
} {
  if (asked !== undefined) checkRuntime(operation, asked)
  const runtime = asked ?? activeRuntime()
  try {
    tf.backend()
  } catch (cause) {
    throw new TreadleError(
      'TRAINER_NO_BACKEND',
      'tfjs has no active backend. Call `await startRuntime()` of @treadle/runtime first.',
      { cause },
    )
  }
  if (asked && asked.backendName !== tf.getBackend()) {
    throw new TreadleError(
      'TRAINER_WRONG_BACKEND',
      `\`runtime\` uses the backend '${asked.backendName}', but tfjs's active backend is '${tf.getBackend()}'. ` +
        `Call \`await tf.setBackend('${asked.backendName}')\` first.`,
    )
  }
  return { runtime: runtime?.backendName === tf.getBackend() ? runtime : undefined, backend: tf.getBackend() }
}

interface Parts {
  readonly train: ModelSamples
  /** The training data before a split. */
  readonly whole: ModelSamples
  readonly validation: ModelSamples | undefined
}

function divide(model: LayersModel, data: TrainingData, option: TrainOptions['validation']): Parts {
  if (data === null || typeof data !== 'object') {
    throw new TreadleError(
      'TRAINER_BAD_DATA',
      'train: the second argument must be a data set or samples. `loadFashionMnist()` of @treadle/dataset returns a data set.',
    )
  }
  const whole = listed('train' in data ? data.train : data, model, 'the training data')
  const validation = option ?? ('test' in data ? 'test' : false)
  if (validation === false) return { train: whole, whole, validation: undefined }
  if (validation === 'test') {
    if ('test' in data)
      return { train: whole, whole, validation: listed(data.test, model, 'the validation data') }
    throw new TreadleError(
      'TRAINER_BAD_OPTION',
      "train: `validation` is 'test', but the data have no test part. Use samples, { split: 0.1 }, or false.",
    )
  }
  if (typeof validation === 'object' && 'split' in validation) {
    checkOptions('train: validation', validation, { split: 'number' })
    const { split } = validation
    // As in Keras: the last samples, before shuffling.
    const at = Math.floor(whole.count * (1 - split))
    if (!(split > 0 && split < 1 && at >= 1 && at < whole.count)) {
      throw new TreadleError(
        'TRAINER_BAD_OPTION',
        `train: \`validation.split\` (=${show(split)}) must be a fraction between 0 and 1 that puts at least one of ${whole.count} samples into each part.`,
      )
    }
    return { train: sliceSamples(whole, 0, at), whole, validation: sliceSamples(whole, at, whole.count) }
  }
  return { train: whole, whole, validation: listed(validation, model, 'the validation data') }
}

/** The names of the training metrics of a run, in the order of its history. */
export function logNames({ heads, metrics, model, samples }: TrainingPlan): string[] {
  const own = heads.map((head, i) => {
    const prefix = samples.kind === 'arrays' && heads.length > 1 ? `${outputNames(model)[i]}_` : ''
    const names = [...(prefix ? ['loss'] : []), head.metric, ...(metrics[i] ?? []).map(({ name }) => name)]
    return names.map((name) => `${prefix}${name}`)
  })
  return ['loss', ...own.flat()]
}

function checkMonitor(monitor: string, names: readonly string[], validated: boolean): void {
  const there = [...names, ...(validated ? names.map((name) => `val_${name}`) : [])]
  if (there.includes(monitor)) return
  throw new TreadleError(
    'TRAINER_BAD_OPTION',
    `earlyStopping: this run has no metric '${monitor}'. Set \`monitor\` to one of ${there.join(', ')}.`,
  )
}
