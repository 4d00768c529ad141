import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { TreadleError } from '@treadle/core'
import { slotNames, startClock, type Optimizer, type OptimizerClock } from '@treadle/optim'
import { rowSize } from '../data/rows.ts'
import type { TrainingPlan } from '../executors/executor.ts'
import type { RunSettings, TrainingState } from './state.ts'
import { storedOptimizer } from './stored-optimizer.ts'

/** What a state keeps of the model, to know it again. */
export function describeWeights({ model }: TrainingPlan): TrainingState['model'] {
  const trainable = new Set(model.trainableWeights)
  return model.weights.map((weight) => ({
    name: weight.originalName,
    shape: weight.shape as number[],
    trainable: trainable.has(weight),
  }))
}

/** The settings that reach a weight. */
export function describeSettings(plan: TrainingPlan): RunSettings {
  const { samples, head, sampleWeight } = plan
  const shape =
    samples.kind === 'images'
      ? [samples.height, samples.width, samples.channels]
      : [samples.width, samples.outputs]
  return {
    seed: String(plan.seed),
    batchSize: String(plan.batchSize),
    optimizer: JSON.stringify(plan.optimizer),
    loss: head.loss,
    'label smoothing': String(head.labelSmoothing ?? 0),
    penalties: JSON.stringify(plan.penalties),
    data: `${samples.count} rows of ${shape.join('×')}`,
    'data checksum': fingerprint(plan),
    'fast math': plan.runtime?.fastMath ? 'on' : 'off',
    weights: sampleWeight ? checksum(sampleWeight) : 'none',
  }
}

/** Enough of the data to tell it from other data: all targets and the first megabyte of inputs. */
function fingerprint({ samples }: TrainingPlan): string {
  const inputs = samples.kind === 'images' ? samples.images : samples.features
  const rows = Math.ceil(0x100000 / rowSize(samples))
  return checksum(
    inputs.subarray(0, rows * rowSize(samples)),
    samples.kind === 'images' ? samples.labels : samples.targets,
  )
}

function checksum(...arrays: ArrayBufferView[]): string {
  const hash = sha256.create()
  for (const { buffer, byteOffset, byteLength } of arrays)
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return bytesToHex(hash.digest()).slice(0, 16)
}

/** Throws `TRAINER_RESUME_MISMATCH` unless a run can go on from `state`. */
export function checkResume(
  state: TrainingState,
  plan: TrainingPlan,
  settings: RunSettings,
  epochs: number,
): void {
  const model = describeWeights(plan)
  if (state.model.length !== model.length) {
    throw fail(
      `the state is of a model with ${state.model.length} weights, but this one has ${model.length}. Use the model it came from.`,
    )
  }
  state.model.forEach(({ name, shape, trainable }, i) => {
    const own = model[i] as (typeof model)[number]
    if (shape.join() === own.shape.join() && trainable === own.trainable) return
    throw fail(
      `weight ${i} of the state (\`${name}\`) has shape [${shape.join(', ')}]${trainable ? '' : ' and is not trained'}, but this model's ` +
        `(\`${own.name}\`) has [${own.shape.join(', ')}]${own.trainable ? '' : ' and is not trained'}. Use the model it came from.`,
    )
  })
  // States of earlier versions have no label smoothing.
  const stored = { 'label smoothing': '0', ...state.settings, optimizer: storedOptimizer(state.settings) }
  for (const [name, value] of Object.entries({ ...settings, optimizer: storedOptimizer(settings) })) {
    const before = (stored as RunSettings)[name]
    if (before === value) continue
    throw fail(
      `the run was started with ${name} ${before ?? 'unset'}, but now it is ${value}. Give the same, or start a new run.`,
    )
  }
  for (const name of Object.keys(startClock(plan.optimizer))) {
    if (!Number.isFinite(state.clock[name])) throw fail(`the state lacks the optimizer's scalar '${name}'.`)
  }
  for (const name of slotNames(plan.optimizer)) {
    if (state.slots[name]?.length !== plan.model.trainableWeights.length)
      throw fail(`the state lacks the optimizer's slots '${name}'.`)
  }
  if (state.epoch >= epochs) {
    throw fail(
      `the run has already done its ${state.epoch} epochs; give \`epochs\` more than ${state.epoch} to go on.`,
    )
  }
  const steps = Math.ceil(plan.samples.count / plan.batchSize)
  if (state.step < 0 || state.step > steps)
    throw fail(`the state stands at step ${state.step} of an epoch of ${steps} steps.`)
}

/** The clock of a state, without scalars that the optimizer does not have: format 1 stores those of Adam for all. */
export function resumeClock(stored: Readonly<OptimizerClock>, optimizer: Optimizer): OptimizerClock {
  const clock = startClock(optimizer)
  for (const name of Object.keys(clock)) clock[name] = stored[name] as number
  return clock
}

function fail(message: string): TreadleError {
  return new TreadleError('TRAINER_RESUME_MISMATCH', `resume: ${message}`)
}
