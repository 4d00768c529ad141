import type { TreadleError } from '@treadle/core'
import type { ClassifierNetwork } from './classifier-network.ts'
import { holdBackend } from './hold-backend.ts'
import { layerByLayer } from './layer-by-layer.ts'
import { buildModel } from './load-model.ts'
import type { CompleteLimits } from './model-limits.ts'
import { queued } from './predictor.ts'
import type { ProgramHostOptions } from './program-host.ts'
import type { CheckedArtifacts } from './read-artifacts.ts'
import { saveModel } from './save-model.ts'
import type { SavedModel } from './save-model.ts'
import type { SaveTarget } from './write-model.ts'

/**
 * Builds the network of a file with tfjs, which runs it layer by layer.
 * @param kernelsError why the kernels did not load, for a network that could be compiled
 * @throws TreadleError what `loadModel` and `startRuntime` throw; `kernelsError` if tfjs has no backend
 */
export async function openLayersNetwork(
  artifacts: CheckedArtifacts,
  limits: CompleteLimits,
  options: ProgramHostOptions,
  kernelsError?: TreadleError,
): Promise<ClassifierNetwork> {
  const backend = await holdBackend(options, kernelsError)
  try {
    const model = await buildModel(artifacts, limits)
    const predictor = queued(layerByLayer(model, backend.name))
    return {
      model,
      stored: artifacts.metadata ?? {},
      predictor,
      save: (target, metadata) => saveModel(model, target, { metadata }),
      async dispose() {
        await predictor.dispose()
        model.dispose()
        await backend.release()
      },
    }
  } catch (error) {
    await backend.release()
    throw error
  }
}

/** Saves the network of a file as `saveModel` does. */
export async function saveArtifacts(
  artifacts: CheckedArtifacts,
  limits: CompleteLimits,
  target: SaveTarget,
  metadata: Readonly<Record<string, unknown>>,
): Promise<SavedModel> {
  const network = await openLayersNetwork(artifacts, limits, {})
  try {
    return await network.save(target, metadata)
  } finally {
    await network.dispose()
  }
}
