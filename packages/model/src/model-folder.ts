import { sha256Hex } from '#platform'
import { TreadleError } from '@treadle/core'

/**
 * A flat folder in which one file can be replaced atomically: on disk, in a browser's private file system, or in a test.
 */
export interface ModelFolder {
  /** Name of the location in messages. */
  readonly location: string
  /**
   * Takes the folder for one writer, where it can be shared, and removes what an earlier one left that was killed.
   * @returns gives the folder back
   * @throws TreadleError `MODEL_FOLDER_BUSY`
   */
  lock(): Promise<() => Promise<void>>
  list(): Promise<string[]>
  /** Writes the new content of a file to a temporary file, so that a full disk is noticed before anything changes. */
  stage(name: string, bytes: Uint8Array): Promise<StagedFile>
  remove(name: string): Promise<void>
}

interface StagedFile {
  /** Replaces the file by the new content atomically, also in case of a power failure. */
  commit(): Promise<void>
  /** Removes the temporary file if it was not committed. */
  discard(): Promise<void>
}

/** Makes the content of model.json for weights in the file of that name. */
export type ModelJsonFor = (weightsFile: string) => Uint8Array

const leftover = /^weights\.[0-9a-f]{64}\.bin$/

/**
 * Replaces model.json and weights.bin so that model.json names a complete, matching weights file at every moment, for
 * any reader of the format. Two files cannot be replaced atomically, so an existing model is replaced in four steps: the
 * new weights in a file of another name, a model.json that names it, weights.bin, and the final model.json. A process
 * that is killed in between leaves a complete model, and the next save removes the extra file. All files are staged
 * first, so that a full disk changes nothing. One writer at a time does this.
 *
 * @param overwrite whether an existing model may be replaced
 * @throws TreadleError `MODEL_FOLDER_BUSY`, `MODEL_EXISTS`
 */
export async function replaceModel(
  folder: ModelFolder,
  weights: ArrayBuffer,
  modelJson: ModelJsonFor,
  overwrite: boolean,
): Promise<void> {
  const release = await folder.lock()
  try {
    const exists = (await folder.list()).includes('model.json')
    if (exists && !overwrite)
      throw new TreadleError(
        'MODEL_EXISTS',
        `${folder.location} holds a model already. Choose another folder, or save with \`overwrite: true\`.`,
      )
    await writeFiles(folder, weights, modelJson, exists)
    for (const name of await folder.list()) {
      if (leftover.test(name)) await folder.remove(name)
    }
  } finally {
    await release()
  }
}

async function writeFiles(
  folder: ModelFolder,
  weights: ArrayBuffer,
  modelJson: ModelJsonFor,
  exists: boolean,
): Promise<void> {
  const names = exists ? [`weights.${sha256Hex(weights)}.bin`, 'weights.bin'] : ['weights.bin']
  const staged: StagedFile[] = []
  try {
    for (const name of names) {
      staged.push(await folder.stage(name, new Uint8Array(weights)))
      staged.push(await folder.stage('model.json', modelJson(name)))
    }
    for (const file of staged) await file.commit()
  } catch (error) {
    for (const file of staged) await file.discard().catch(() => {})
    throw error
  }
}
