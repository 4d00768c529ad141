import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { TreadleError } from '@treadle/core'
import { slotNames, startClock, type Optimizer, type OptimizerClock } from '@treadle/optim'
import type { ModelSamples } from '../data/arrays.ts'
import { inputColumns, targetColumns } from '../data/rows.ts'
import type { TrainingPlan } from '../executors/executor.ts'
import type { RunSettings, TrainingState } from './state.ts'
import { storedOptimizer } from './stored-optimizer.ts'

/** Name, shape and trainability of each weight: a resumed run compares them with its model. */
export function describeWeights({ model }: TrainingPlan): TrainingState['model'] {
  const trainable = new Set(model.trainableWeights)
  return model.weights.map((weight) => ({
    name: weight.originalName,
    shape: weight.shape as number[],
    trainable: trainable.has(weight),
  }))
}

/** The settings that affect the weights. Their format is part of stored states. */
export function describeSettings(plan: TrainingPlan): RunSettings {
  const { samples, heads, metrics, sampleWeight } = plan
  const weights = heads.map(({ weight = 1 }) => weight)
  return {
    seed: String(plan.seed),
    batchSize: String(plan.batchSize),
    optimizer: JSON.stringify(plan.optimizer),
    loss: heads.map(({ loss }) => loss).join(),
    'label smoothing': heads.map(({ labelSmoothing = 0 }) => labelSmoothing).join(),
    ...(heads.some(({ delta }) => delta !== undefined) && {
      delta: heads.map(({ delta = 1 }) => delta).join(),
    }),
    ...(weights.some((weight) => weight !== 1) && { 'loss weights': weights.join() }),
    ...(plan.augmenter && {
      augmentation: JSON.stringify(plan.augmenter.steps.map(({ name, value }) => ({ [name]: value }))),
    }),
    ...(plan.imageScales && { 'image scales': plan.imageScales.join() }),
    ...(plan.cachesFeatures && { features: 'cached' }),
    ...(metrics.flat().length > 0 && { metrics: describeMetrics(metrics) }),
    penalties: JSON.stringify(plan.penalties),
    data: `${samples.count} rows of ${shapeOf(samples).join('×')}`,
    'data checksum': fingerprint(plan),
    'fast math': plan.runtime?.fastMath ? 'on' : 'off',
    weights: sampleWeight ? checksum(sampleWeight) : 'none',
  }
}

/** Names and numbers of sums: the history of a run has the same metrics in every epoch. */
function describeMetrics(metrics: TrainingPlan['metrics']): string {
  return metrics.map((own) => own.map(({ name, metric }) => `${name}/${metric.size}`).join('+')).join()
}

function shapeOf(samples: ModelSamples): readonly number[] {
  switch (samples.kind) {
    case 'images':
      return [samples.height, samples.width, samples.channels]
    case 'table':
      return [samples.width, samples.outputs]
    case 'arrays':
      return [...inputColumns(samples), ...targetColumns(samples)].map(({ size }) => size)
  }
}

/** Checksum of all targets and of the first mebibyte of each input. */
function fingerprint({ samples }: TrainingPlan): string {
  const inputs = inputColumns(samples).map(({ values, size }) =>
    values.subarray(0, Math.ceil(0x100000 / size) * size),
  )
  return checksum(...inputs, ...targetColumns(samples).map(({ values }) => values))
}

function checksum(...arrays: ArrayBufferView[]): string {
  const hash = sha256.create()
  for (const { buffer, byteOffset, byteLength } of arrays)
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return bytesToHex(hash.digest()).slice(0, 16)
}

/** Throws `TRAINER_RESUME_MISMATCH` unless a run can continue from `state`, which `checkState` has passed. */
export function checkResume(
  state: TrainingState,
  plan: TrainingPlan,
  settings: RunSettings,
  epochs: number,
): void {
  const model = describeWeights(plan)
  if (state.model.length !== model.length) {
    throw fail(
      `the state is of a model with ${state.model.length} weights, but this model has ${model.length}. Use the model of the original run.`,
    )
  }
  state.model.forEach(({ name, shape, trainable }, i) => {
    const own = model[i] as (typeof model)[number]
    if (shape.join() === own.shape.join() && trainable === own.trainable) return
    throw fail(
      `weight ${i} of the state (\`${name}\`) has shape [${shape.join(', ')}]${trainable ? '' : ' and is not trainable'}, but this model's ` +
        `(\`${own.name}\`) has [${own.shape.join(', ')}]${own.trainable ? '' : ' and is not trainable'}. Use the model of the original run.`,
    )
  })
  // States of earlier versions do not store label smoothing; those of runs without augmentation, more metrics,
  // cached features or image scales do not store these.
  const absent = {
    'label smoothing': '0',
    metrics: 'none',
    augmentation: 'none',
    features: 'not cached',
    'image scales': 'none',
  }
  const stored = { ...absent, ...state.settings, optimizer: storedOptimizer(state.settings) }
  const now = {
    metrics: absent.metrics,
    augmentation: absent.augmentation,
    features: absent.features,
    'image scales': absent['image scales'],
    ...settings,
    optimizer: storedOptimizer(settings),
  }
  for (const [name, value] of Object.entries(now)) {
    const before = (stored as RunSettings)[name]
    if (before === value) continue
    throw fail(
      `the run started with ${name} ${before ?? 'unset'}, but now it is ${value}. Use the same value, or start a new run.`,
    )
  }
  for (const name of Object.keys(startClock(plan.optimizer))) {
    if (!Number.isFinite(state.clock[name]))
      throw fail(`the state has no optimizer scalar '${name}'. Start a new run.`)
  }
  for (const name of slotNames(plan.optimizer)) {
    if (state.slots[name]?.length !== plan.model.trainableWeights.length)
      throw fail(`the state has no complete optimizer slots '${name}'. Start a new run.`)
  }
  if (state.epoch >= epochs) {
    throw fail(
      `the run has already finished ${state.epoch} epoch${state.epoch === 1 ? '' : 's'}. Set \`epochs\` to more than ${state.epoch} to continue.`,
    )
  }
  const steps = Math.ceil(plan.samples.count / plan.batchSize)
  if (state.step > steps)
    throw fail(
      `the state is at step ${state.step}, but an epoch of this run has ${steps} steps. Start a new run.`,
    )
  const done = Math.min(state.step * plan.batchSize, plan.samples.count)
  if (state.sums.samples !== done)
    throw fail(
      `the state has sums over ${state.sums.samples} samples, but ${state.step} steps of this run have ${done}. Start a new run.`,
    )
}

/** The optimizer's scalars of a stored clock. Format 1 also stores the scalars of Adam for other optimizers. */
export function resumeClock(stored: Readonly<OptimizerClock>, optimizer: Optimizer): OptimizerClock {
  const clock = startClock(optimizer)
  for (const name of Object.keys(clock)) clock[name] = stored[name] as number
  return clock
}

function fail(message: string): TreadleError {
  return new TreadleError('TRAINER_RESUME_MISMATCH', `resume: ${message}`)
}
