import { checkSeed, TreadleError } from '@treadle/core'
import { slotNames } from '@treadle/optim'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { Emitter } from '../emitter.ts'
import { UnsupportedModelError } from '../errors.ts'
import { fillTables } from '../fill.ts'
import { emitLoss, lossInput } from '../loss.ts'
import { networkOf, assignParents } from '../network-of.ts'
import { placeParameters } from '../parameter-block.ts'
import { Program } from '../program.ts'
import { chooseShards } from '../shards.ts'
import { decayOf, emitPenalties, emitUpdate } from '../update.ts'
import type { TrainingOptions } from './options.ts'
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
  const { host, loss, optimizer, batchSize } = options
  checkSeed(options.seed)
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new TreadleError(
      'COMPILER_BAD_OPTION',
      `compileTraining: \`batchSize\` (=${batchSize}) must be an integer of at least 1.`,
    )
  }
  const shards = chooseShards(model, batchSize)
  const network = networkOf(model, { training: true, batchSize, shards })
  const { value, operators } = lossInput(network, loss, options.fromLogits ?? false)
  assignParents(operators)
  const block = placeParameters(network.parameters, {
    slots: slotNames(optimizer),
    decayOf: (parameter) => decayOf(parameter, optimizer),
  })
  const emit = new Emitter({ batchSize, shards, training: true })
  for (const operator of operators) {
    emit.in(operator.layer)
    operator.forward(emit)
  }
  emit.in('loss')
  const { partials } = emitLoss(emit, value, loss, options.labelSmoothing ?? 0)
  for (const operator of operators.toReversed()) {
    if (!operator.output.needsGradient) continue
    emit.in(operator.layer)
    operator.backward(emit)
  }
  const penalties = emitPenalties(emit, block)
  emit.emit('finishLoss', {
    partials: partials.at(),
    penalties: penalties.storage ? penalties.storage.at() : 0,
    penaltyCount: penalties.count,
  })
  emitUpdate(emit, block, optimizer)
  const tables = fillTables.storages(operators)
  const program = await Program.create(host, emit.operations, {
    batchSize,
    shards,
    persistent: [...block.storages, ...tables],
  })
  fillTables(host, operators)
  const weights = new TrainingWeights(model, program, network, block, optimizer)
  return new TrainingProgram(program, network, weights, options)
}

/** Why the training of `model` cannot be compiled, or nothing. Starts nothing. */
export function trainingRefusal(
  model: LayersModel,
  { loss, fromLogits = false }: Pick<TrainingOptions, 'loss' | 'fromLogits'>,
): Refusal | undefined {
  return refusalOf(() => {
    lossInput(networkOf(model, { training: true, batchSize: 1, shards: 1 }), loss, fromLogits)
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
