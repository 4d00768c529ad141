import { UnsupportedModelError } from '@treadle/compiler/inference'
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

/** Why the network of a file is not compiled. */
export interface NotCompiled {
  /** Without a full stop; it names the layer, where it is one. */
  readonly reason: string
  /** The kernels did not load. Another backend of tfjs does not need them. */
  readonly kernelsError?: TreadleError
}

export function isNotCompiled(result: ClassifierNetwork | NotCompiled): result is NotCompiled {
  return 'reason' in result
}

/**
 * Compiles the network of a file without loading tfjs. Its weights are in the memory of the program only, so that
 * networks with the same names do not meet.
 *
 * @throws TreadleError what `loadModel` throws for the file, and what `holdHost` throws
 */
export async function openCompiledNetwork(
  artifacts: CheckedArtifacts,
  limits: CompleteLimits,
  options: ProgramHostOptions,
  save: ClassifierNetwork['save'],
): Promise<ClassifierNetwork | NotCompiled> {
  const network = readTopology(artifacts.topology, (reason) => badFile(artifacts.location, reason))
  const model = await readModel(network, artifacts, limits)
  if ('reason' in model) return model
  try {
    const predictor = predictorOf(await compileNetwork(model, options))
    return { model, stored: artifacts.metadata ?? {}, predictor, save, dispose: () => predictor.dispose() }
  } catch (error) {
    if (error instanceof UnsupportedModelError)
      return { reason: `${error.layer === undefined ? '' : `layer \`${error.layer}\`: `}${error.reason}` }
    if (isTreadleError(error) && error.code === 'KERNELS_NOT_LOADED')
      return { reason: error.message, kernelsError: error }
    throw error
  }
}

/** Reads the network with its weights. Nothing is allocated for a network that could be past a limit. */
async function readModel(
  network: SavedNetwork,
  artifacts: CheckedArtifacts,
  limits: CompleteLimits,
): Promise<LayersModel | NotCompiled> {
  const weights = weightsOfFile(artifacts.specs, network.weightName)
  if (weights === undefined) return { reason: 'its weights have a dtype that is not compiled' }
  const model = readFileModel(network, weights)
  if (typeof model === 'string') return { reason: model }
  if (!isWithin(model, artifacts.specs, limits))
    return { reason: 'it may be past `maxParameters`, `maxBytes` or `maxOperations`, which can be raised' }
  decodeWeights(weights.values(), await artifacts.readData(), artifacts.location)
  return model
}
