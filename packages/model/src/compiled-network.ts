import { isTreadleError, type TreadleError } from '@treadle/core'
import { readFileModel, readTopology, type SavedNetwork } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ClassifierNetwork } from './classifier-network.ts'
import { decodeWeights, weightsOfFile } from './decode-weights.ts'
import { badFile } from './model-json.ts'
import type { CompleteLimits } from './model-limits.ts'
import { compileNetwork, predictorOf } from './predictor.ts'
import type { ProgramHostOptions } from './program-host.ts'
import type { CheckedArtifacts } from './read-artifacts.ts'
import { isWithin } from './rough-size.ts'

/**
 * Compiles the network of a file without loading tfjs. Its weights are in the memory of the program only, so that
 * networks with the same names do not meet.
 *
 * @returns undefined for a network that tfjs must run; an error if the kernels did not load, which another backend of
 * tfjs does not need
 * @throws TreadleError what `loadModel` throws for the file, and what `holdHost` throws
 */
export async function openCompiledNetwork(
  artifacts: CheckedArtifacts,
  limits: CompleteLimits,
  options: ProgramHostOptions,
): Promise<ClassifierNetwork | TreadleError | undefined> {
  const network = readTopology(artifacts.topology, (reason) => badFile(artifacts.location, reason))
  const model = await readModel(network, artifacts, limits)
  if (model === undefined) return undefined
  let compiled
  try {
    compiled = await compileNetwork(model, options)
  } catch (error) {
    if (isTreadleError(error) && error.code === 'KERNELS_NOT_LOADED') return error
    throw error
  }
  if (compiled === undefined) return undefined
  const predictor = predictorOf(compiled)
  return {
    model,
    stored: artifacts.metadata ?? {},
    predictor,
    async save(target, metadata) {
      const { saveArtifacts } = await import('./layers-network.ts')
      return saveArtifacts(artifacts, limits, target, metadata)
    },
    dispose: () => predictor.dispose(),
  }
}

/** Reads the network with its weights. Nothing is allocated for a network that could be past a limit. */
async function readModel(
  network: SavedNetwork,
  artifacts: CheckedArtifacts,
  limits: CompleteLimits,
): Promise<LayersModel | undefined> {
  const weights = weightsOfFile(artifacts.specs, network.weightName)
  if (weights === undefined) return undefined
  const model = readFileModel(network, weights)
  if (model === undefined || !isWithin(model, artifacts.specs, limits)) return undefined
  decodeWeights(weights.values(), await artifacts.readData(), artifacts.location)
  return model
}
