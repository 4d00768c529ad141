import { TreadleError, show } from '@treadle/core'
import { type TrainingState, decodeTrainingState, finalWeights } from '@treadle/trainer'
import { platform } from '#platform'
import { parseJson } from '../record/record.ts'
import { checkRun } from '../store/check-run.ts'
import { MODEL } from '../store/files.ts'
import type { Run } from '../store/run.ts'

/** Which weights of a run: of the epoch with the lowest validation loss, of the last epoch, or of an epoch by number. */
export type WeightsChoice = 'best' | 'last' | number

/** The model of a run with the weights of a checkpoint. */
export interface CheckpointModel {
  /** A source for `loadModel` and `Classifier.load`. */
  readonly files: Readonly<Record<string, Blob>>
  /** Finished epochs of the weights. */
  readonly epoch: number
  /** Hex; as `weightsSha256` of the loaded model. */
  readonly weightsSha256: string
}

interface Shaped {
  readonly name: string
  readonly shape: readonly number[]
}

interface ModelJson {
  readonly weightsManifest: readonly { readonly weights: readonly Shaped[] }[]
}

/**
 * Where a checkpoint has each weight of a model. Weights that train come first, so that a checkpoint has another order if
 * other layers were frozen then.
 */
function orderOf(specs: readonly Shaped[], stored: readonly Shaped[]): readonly number[] {
  const places = new Map(stored.map(({ name }, i) => [name, i]))
  const named = specs.map(({ name }) => places.get(name) ?? -1)
  return named.includes(-1) || new Set(named).size !== stored.length ? [...stored.keys()] : named
}

const shapes = (list: readonly Shaped[]) => JSON.stringify(list.map(({ shape }) => shape))

/**
 * The model of a run with the weights of a checkpoint: `best`, `last`, or the epoch of one of them.
 * @throws TreadleError `EXPERIMENT_NO_CHECKPOINT` if the run keeps no such weights; `EXPERIMENT_RUN_UNFINISHED` if it
 *   has saved no model; `EXPERIMENT_RUN_INVALID` if model and checkpoint do not belong together
 */
export async function checkpointModel(run: Run, choice: WeightsChoice): Promise<CheckpointModel> {
  checkRun('checkpointModel', run)
  if (choice !== 'best' && choice !== 'last' && !Number.isInteger(choice))
    throw new TreadleError(
      'EXPERIMENT_NO_CHECKPOINT',
      `checkpointModel: the weights (=${show(choice)}) must be 'best', 'last' or an epoch.`,
    )
  const state = await chosen(run, choice)
  const text = await run.read(`${MODEL}/model.json`)
  if (text === undefined) {
    throw new TreadleError(
      'EXPERIMENT_RUN_UNFINISHED',
      `${run.location} has no model: it was stopped before it saved one. Finish it first with treadle train --resume ${run.location}`,
    )
  }
  const json = parseJson(text, `${run.location}/${MODEL}/model.json`) as ModelJson
  const specs = json.weightsManifest.flatMap(({ weights }) => weights)
  const order = orderOf(specs, state.model)
  if (shapes(specs) !== shapes(order.map((i) => state.model[i] as Shaped))) {
    throw new TreadleError(
      'EXPERIMENT_RUN_INVALID',
      `${run.location} has a model and a checkpoint with weights of other shapes. One of them was replaced; train the run again.`,
    )
  }
  const { best: _, ...ofEpoch } = state
  const values = finalWeights(ofEpoch)
  const weights = joined(order.map((i) => values[i] as Float32Array))
  const manifest = [{ paths: ['weights.bin'], weights: specs }]
  return {
    files: {
      'model.json': new Blob([JSON.stringify({ ...json, weightsManifest: manifest })]),
      'weights.bin': new Blob([weights]),
    },
    epoch: state.epoch,
    weightsSha256: platform.sha256(weights),
  }
}

async function chosen(run: Run, choice: WeightsChoice): Promise<TrainingState> {
  const read = async (name: 'best' | 'last') => {
    const bytes = await run.readCheckpoint(name)
    return bytes && decodeTrainingState(bytes)
  }
  const found = typeof choice === 'string' ? [await read(choice)] : [await read('last'), await read('best')]
  const states = found.filter((state) => state !== undefined)
  const state = states.find(
    ({ epoch, step }) => typeof choice === 'string' || (epoch === choice && step === 0),
  )
  if (state !== undefined) return state
  const kept = [...new Set(states.filter(({ step }) => step === 0).map(({ epoch }) => epoch))]
  throw new TreadleError(
    'EXPERIMENT_NO_CHECKPOINT',
    typeof choice === 'string'
      ? `${run.location} has no checkpoints/${choice}.ckpt. Its final weights are in ${MODEL}/.`
      : `${run.location} keeps no weights of epoch ${choice}. A run keeps those of its best and its last epoch${kept.length === 0 ? '' : `: ${kept.toSorted((a, b) => a - b).join(' and ')}`}.`,
  )
}

/** All weights one after the other, as weights.bin holds them: float32, little-endian. */
function joined(weights: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const values = new Float32Array(weights.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of weights) {
    values.set(part, at)
    at += part.length
  }
  return new Uint8Array(values.buffer)
}
