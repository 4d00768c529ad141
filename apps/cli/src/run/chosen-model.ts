import { checkpointModel, openRun, type WeightsChoice } from '@treadle/experiment'
import type { ModelSource } from '@treadle/model'
import { modelFolder } from './model-folder.ts'

/** A model to load. */
export interface ChosenModel {
  /** The folder of the model, or of its run. */
  readonly folder: string
  readonly source: ModelSource
  /** The epoch whose weights it has; undefined for the saved model. */
  readonly epoch: number | undefined
}

/**
 * The model at a path: that of a run with the weights of `choice`, by default the saved model.
 * @throws TreadleError what `checkpointModel` throws
 */
export async function chosenModel(path: string, choice: WeightsChoice | undefined): Promise<ChosenModel> {
  const folder = await modelFolder(path)
  if (choice === undefined) return { folder, source: folder, epoch: undefined }
  const { files, epoch } = await checkpointModel(await openRun(path), choice)
  return { folder, source: files, epoch }
}
