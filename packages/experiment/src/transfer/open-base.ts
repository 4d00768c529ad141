import { type Preprocessing, isTreadleError } from '@treadle/core'
import { completePreprocessing, loadModel } from '@treadle/model'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** A model whose layers another network takes. */
export interface Base {
  readonly model: LayersModel
  /** As its file states it. */
  readonly stored: Preprocessing | undefined
}

/**
 * Loads the base of a recipe: a model, or the model of a run. The caller disposes it.
 * @throws TreadleError what `loadModel` throws
 */
export async function openBase(source: string, signal?: AbortSignal): Promise<Base> {
  const model = await load(source, signal)
  try {
    const { preprocessing } = (model.getUserDefinedMetadata() ?? {}) as { readonly preprocessing?: unknown }
    const shape = model.inputs[0]?.shape.slice(1) ?? []
    const stored = preprocessing === undefined ? undefined : completePreprocessing(preprocessing, shape)
    return { model, stored }
  } catch (error) {
    model.dispose()
    throw error
  }
}

async function load(source: string, signal: AbortSignal | undefined): Promise<LayersModel> {
  try {
    return await loadModel(source, { signal })
  } catch (error) {
    if (!isTreadleError(error) || error.code !== 'MODEL_NOT_FOUND') throw error
    try {
      return await loadModel(`${source.replace(/\/$/, '')}/model`, { signal })
    } catch {
      throw error
    }
  }
}
