import { checkSeed, TreadleError } from '@treadle/core'
import { slotNames } from '@treadle/optim'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { emitConstraints } from '../constraint.ts'
import { Emitter } from '../emitter.ts'
import { UnsupportedModelError } from '../errors.ts'
import { fuse } from '../fuse.ts'
import { fillTables } from '../fill.ts'
import { emitLoss, lossInputs, lossLayer } from '../loss.ts'
import { networkOf, assignParents } from '../network-of.ts'
import { ActivityOperator } from '../operators/activity.ts'
import { placeParameters } from '../parameter-block.ts'
import { Program, threadsOf } from '../program.ts'
import { emitScatter } from '../scatter.ts'
import { chooseShards } from '../shards.ts'
import type { Storage } from '../storage.ts'
import { emitUpdate, penaltiesOf, updateSettings, type Penalties } from '../update.ts'
import { fuseGradients } from './fuse-gradients.ts'
import { isSingle, outputLosses, type OutputLoss, type TrainingOptions } from './options.ts'
import { TrainingProgram } from './training-program.ts'
import { TrainingWeights } from './weights.ts'

/**
 * Compiles the training of `model` into one static program: forward, loss, backward and update, with all weights
 * and slots in the host's memory. It begins with the model's present weights and slots; the model itself is
 * not touched.
 *
 * @throws UnsupportedModelError `COMPILER_UNSUPPORTED_MODEL` naming the layer and the reason
 * @throws TreadleError `COMPILER_BAD_OPTION`, `CORE_BAD_SEED`
 */
export async function compileTraining(
  model: LayersModel,
  options: TrainingOptions,
): Promise<TrainingProgram> {
  const { host, optimizer, batchSize, keepLogits = false } = options
  const heads = outputLosses(options.loss)
  checkSeed(options.seed)
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new TreadleError(
      'COMPILER_BAD_OPTION',
      `compileTraining: \`batchSize\` (=${batchSize}) must be an integer of at least 1.`,
    )
  }
  const shards = chooseShards(model, batchSize)
  const network = networkOf(model, { training: true, batchSize, shards })
  const { values, operators } = lossInputs(network, heads)
  fuse(operators, { training: true })
  fuseGradients(operators)
  assignParents(operators)
  const block = placeParameters(network.parameters, {
    slots: slotNames(optimizer),
    settingsOf: (parameter) => updateSettings(parameter, optimizer),
  })
  const emit = new Emitter({
    batchSize,
    shards,
    threads: threadsOf(host),
    training: true,
    augmented: options.augmented,
  })
  const activities = operators.filter((operator) => operator instanceof ActivityOperator)
  const penalties = penaltiesOf(emit, block, activities)
  for (const operator of operators) {
    emit.in(operator.layer)
    operator.forward(emit)
  }
  const partials = values.map((value, i) => {
    emit.in(lossLayer(i))
    return emitLoss(emit, value, heads[i] as OutputLoss)
  })
  if (keepLogits) for (const [i, value] of values.entries()) emitScatter(emit, value, i)
  for (const operator of operators.toReversed()) {
    if (!operator.output.needsGradient) continue
    emit.in(operator.layer)
    operator.backward(emit)
  }
  penalties.emit()
  emitResults(emit, partials, penalties, isSingle(heads))
  const update = emitUpdate(emit, block, optimizer)
  const withTables = [...operators, update, emitConstraints(emit, block)]
  const program = await Program.create(host, emit.operations, {
    batchSize,
    shards,
    persistent: [...block.storages, ...fillTables.storages(withTables)],
  })
  fillTables(host, withTables)
  const weights = new TrainingWeights(model, program, network, block, optimizer)
  const units = values.map(({ layout }) => layout.width)
  return new TrainingProgram(program, network, weights, { ...options, heads, units })
}

/** The results of a step: loss and metric of each output; the penalties are added to a single loss, or follow. */
function emitResults(
  emit: Emitter,
  partials: readonly Storage[],
  penalties: Penalties,
  single: boolean,
): void {
  const terms = { penalties: penalties.storage ? penalties.storage.at() : 0, penaltyCount: penalties.count }
  const none = { penalties: 0, penaltyCount: 0 }
  for (const [index, own] of partials.entries()) {
    emit.in(lossLayer(index))
    emit.emit('finishLoss', { partials: own.at(), ...(single ? terms : none), index })
  }
  if (!single) emit.emit('finishLoss', { partials: 0, ...terms, index: partials.length })
}

/** Why the training of `model` cannot be compiled, or nothing. Starts nothing. */
export function trainingRefusal(
  model: LayersModel,
  { loss }: Pick<TrainingOptions, 'loss'>,
): Refusal | undefined {
  return refusalOf(() => {
    lossInputs(networkOf(model, { training: true, batchSize: 1, shards: 1 }), outputLosses(loss))
  })
}

/** Why `model` cannot be compiled for inference, or nothing. Starts nothing. */
export function inferenceRefusal(model: LayersModel): Refusal | undefined {
  return refusalOf(() => networkOf(model, { training: false, batchSize: 1, shards: 1 }))
}

function refusalOf(attempt: () => unknown): Refusal | undefined {
  try {
    attempt()
    return undefined
  } catch (error) {
    if (!(error instanceof UnsupportedModelError)) throw error
    return { reason: error.reason, ...(error.layer !== undefined && { layer: error.layer }) }
  }
}

/** Fit for "cannot be compiled: …", without a full stop. */
export interface Refusal {
  /** The layer's name, where the reason is a layer. */
  readonly layer?: string
  readonly reason: string
}
