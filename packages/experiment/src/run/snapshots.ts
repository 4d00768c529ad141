import { saveModel } from '@treadle/model'
import { modelMetadata } from './build-model.ts'
import type { RunSession } from './events.ts'

/** Saves the model if a cycle of a run with snapshots ends with this epoch, from 1. */
export async function saveSnapshot({ run, recipe, model, data }: RunSession, epoch: number): Promise<void> {
  const { snapshots, epochs } = recipe.training
  if (snapshots === 0 || epoch > epochs) return
  const length = epochs / snapshots
  if (epoch % length !== 0) return
  await saveModel(model, run.snapshotTarget(epoch / length), { metadata: modelMetadata(model, data) })
}
