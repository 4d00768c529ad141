import { TreadleError, jsonText } from '@treadle/core'
import { io } from '@tensorflow/tfjs-core'
import { download, openFolder } from '#platform'
import type { WholeArtifacts } from './artifacts.ts'
import { folderOfHandle } from './directory-handle.ts'
import type { DirectoryHandle } from './directory-handle.ts'
import { replaceModel } from './model-folder.ts'
import type { ModelFolder } from './model-folder.ts'

/**
 * The target of a saved model: a folder's path (Node), a directory handle (browsers), an address with a tfjs handler
 * (`downloads://name`, `indexeddb://name`, `https://…`), or any tfjs `IOHandler`.
 */
export type SaveTarget = string | URL | DirectoryHandle | io.IOHandler

/**
 * Writes a model to its target.
 * @param sha256 of the weights, hex
 * @param overwrite whether a model in a folder may be replaced
 */
export async function writeModel(
  target: SaveTarget,
  artifacts: WholeArtifacts,
  sha256: string,
  overwrite: boolean,
): Promise<void> {
  const modelJson = (weightsFile: string) => encodeModelJson(artifacts, weightsFile, sha256)
  const toFolder = (folder: ModelFolder) => replaceModel(folder, artifacts.weightData, modelJson, overwrite)
  if (typeof target !== 'string' && !(target instanceof URL)) {
    if ('getFileHandle' in target) return toFolder(folderOfHandle(target))
    if (!overwrite) throw notAFolder('the given handler')
    await handlerOr(target, 'the given handler').save(artifacts)
    return
  }
  const address = String(target)
  const [, scheme, rest = ''] = /^([a-z][a-z+.-]+):\/\/(.*)$/is.exec(address) ?? []
  if (scheme === undefined || scheme === 'file') return toFolder(await openFolder(target))
  if (!overwrite) throw notAFolder(address)
  if (scheme === 'downloads') {
    const name = rest === '' ? 'model' : rest
    download(`${name}.weights.bin`, new Uint8Array(artifacts.weightData))
    download(`${name}.json`, modelJson(`${name}.weights.bin`))
    return
  }
  // By name, because a bundler drops the module that registers it.
  const handler = /^https?$/.test(scheme) ? io.browserHTTPRequest(address) : io.getSaveHandlers(address)[0]
  await handlerOr(handler, address).save(artifacts)
}

/** Fields in tfjs's order. `sha256` is an addition that detects changed files; other readers ignore it. */
export function encodeModelJson(artifacts: WholeArtifacts, weightsFile: string, sha256: string): Uint8Array {
  const json = {
    modelTopology: artifacts.modelTopology,
    format: artifacts.format,
    generatedBy: artifacts.generatedBy,
    convertedBy: artifacts.convertedBy,
    weightsManifest: [{ paths: [weightsFile], weights: artifacts.weightSpecs, sha256 }],
    userDefinedMetadata: artifacts.userDefinedMetadata,
    trainingConfig: artifacts.trainingConfig,
  }
  const text = jsonText(json, {
    operation: 'Saving a model',
    code: 'MODEL_NOT_FINITE',
    advice: 'Give the layer a finite value, or leave the option out.',
  })
  return new TextEncoder().encode(text)
}

function handlerOr(handler: io.IOHandler | undefined, name: string): { save: io.SaveHandler } {
  if (typeof handler?.save === 'function') return handler as { save: io.SaveHandler }
  throw new TreadleError(
    'MODEL_BAD_TARGET',
    `Saving to ${name}: there is no handler for this target. Pass a folder, or in a browser \`downloads://name\`, \`indexeddb://name\` or a directory handle.`,
  )
}

function notAFolder(name: string): TreadleError {
  return new TreadleError(
    'MODEL_BAD_TARGET',
    `Saving to ${name}: \`overwrite: false\` is for folders and directory handles. Leave it out, or give a folder.`,
  )
}
