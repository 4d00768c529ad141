import { sha256Hex } from '#platform'
import { TreadleError, checkOptions, isTreadleError, jsonText, show } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { modelArtifacts } from './artifacts.ts'
import type { WholeArtifacts } from './artifacts.ts'
import { encodeModelJson, writeModel } from './write-model.ts'
import type { SaveTarget } from './write-model.ts'

/** JSON that is stored in model.json with the network. `Classifier` uses the keys `classNames` and `preprocessing`. */
export type ModelMetadata = Readonly<Record<string, unknown>>

export interface SaveOptions {
  /** Stored as `userDefinedMetadata` of model.json. Default: the metadata that the model has. */
  readonly metadata?: ModelMetadata
  /** Whether to save the state of the tfjs optimizer that the model was compiled with. Default false. */
  readonly optimizer?: boolean
}

export interface SaveModelOptions extends SaveOptions {
  /** Whether a model in the folder is replaced. If not, it is an error. For folders and directory handles. Default true. */
  readonly overwrite?: boolean
}

export interface SavedModel {
  /** SHA-256 (hex) of weights.bin. */
  readonly weightsSha256: string
}

const kinds = { metadata: 'object', optimizer: 'any' } as const

/**
 * Saves a model in tfjs's format, model.json and weights.bin: the same bytes for the same model.
 *
 * In a folder, an existing model stays complete until the new one is: a process that is stopped in between leaves one or
 * the other. Other files are not changed. One save at a time writes to a folder; one that finds it in use for longer
 * than about half a second is an error. To a directory handle only one page at a time may save.
 *
 * @throws TreadleError `MODEL_SAVE_FAILED`, `MODEL_FOLDER_BUSY`, `MODEL_EXISTS`, `MODEL_NOT_FINITE`,
 * `MODEL_BAD_METADATA`, `MODEL_NO_OPTIMIZER`, `MODEL_BAD_TARGET`
 * @example
 * await saveModel(model, 'model', { metadata: { classNames: ['cat', 'dog'] } })
 */
export async function saveModel(
  model: LayersModel,
  target: SaveTarget,
  options: SaveModelOptions = {},
): Promise<SavedModel> {
  checkTarget(target)
  checkOptions('saveModel', options, { ...kinds, overwrite: 'boolean' })
  const { overwrite = true, ...described } = options
  const { artifacts, sha256 } = await describedArtifacts(model, described)
  try {
    await writeModel(target, artifacts, sha256, overwrite)
  } catch (cause) {
    if (isTreadleError(cause)) throw cause
    throw saveFailed(nameOf(target), cause)
  }
  return { weightsSha256: sha256 }
}

/**
 * The bytes of the files that `saveModel` writes to a folder.
 * @throws TreadleError `MODEL_NOT_FINITE`, `MODEL_BAD_METADATA`, `MODEL_NO_OPTIMIZER`
 */
export async function encodeModel(
  model: LayersModel,
  options: SaveOptions = {},
): Promise<Record<'weights.bin' | 'model.json', Uint8Array>> {
  checkOptions('encodeModel', options, kinds)
  const { artifacts, sha256 } = await describedArtifacts(model, options)
  return {
    'weights.bin': new Uint8Array(artifacts.weightData),
    'model.json': encodeModelJson(artifacts, 'weights.bin', sha256),
  }
}

async function describedArtifacts(
  model: LayersModel,
  options: SaveOptions,
): Promise<{ artifacts: WholeArtifacts; sha256: string }> {
  const { metadata, optimizer } = options
  const artifacts = await modelArtifacts(model, optimizer)
  if (metadata !== undefined) artifacts.userDefinedMetadata = jsonObject(metadata)
  return { artifacts, sha256: sha256Hex(artifacts.weightData) }
}

function checkTarget(target: unknown): void {
  if (typeof target === 'string' || (typeof target === 'object' && target !== null)) return
  throw new TreadleError(
    'MODEL_BAD_TARGET',
    `saveModel: the target (=${show(target)}) must be a path, an address, a directory handle or a handler of TensorFlow.js.`,
  )
}

function jsonObject(metadata: ModelMetadata): { [key: string]: object } {
  try {
    const copy: unknown = JSON.parse(
      jsonText(metadata, {
        operation: 'Saving `metadata`',
        code: 'MODEL_BAD_METADATA',
        advice: 'Give a finite number, or leave the field out.',
      }),
    )
    if (typeof copy === 'object' && copy !== null && !Array.isArray(copy))
      return copy as { [key: string]: object }
  } catch (cause) {
    if (isTreadleError(cause)) throw cause
    throw new TreadleError('MODEL_BAD_METADATA', `\`metadata\` is not JSON: ${(cause as Error).message}.`, {
      cause,
    })
  }
  throw new TreadleError('MODEL_BAD_METADATA', '`metadata` must be an object of JSON values.')
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Make room',
  EDQUOT: 'the quota is used up. Make room',
  QuotaExceededError: 'the storage this page may use is full. Make room',
  EACCES: 'it may not be written to. Change its permissions or choose another folder',
  EPERM: 'it may not be written to. Change its permissions or choose another folder',
  EROFS: 'the file system is read-only. Choose another folder',
  ERR_ACCESS_DENIED: 'Node.js runs with --permission and may not write there. Give node --allow-fs-write',
  ENOTDIR: 'a part of the path is a file. Choose another folder',
  EEXIST: 'there is a file of that name. Choose another folder',
}

function saveFailed(location: string, cause: unknown): TreadleError {
  const { code, name, message } = cause as { code?: unknown; name?: string; message?: string }
  // The code of a DOMException is a number; its name says more.
  const known = reasons[typeof code === 'string' ? code : (name ?? '')]
  const reason = known ?? `${message || String(cause)}. See to that`
  return new TreadleError(
    'MODEL_SAVE_FAILED',
    `Saving the model to ${location} failed: ${reason} and save again. An existing model was not changed.`,
    { cause },
  )
}

function nameOf(target: SaveTarget): string {
  if (typeof target === 'string' || target instanceof URL) return String(target)
  return 'name' in target ? target.name : 'the given handler'
}
