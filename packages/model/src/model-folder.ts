import { sha256Hex } from '#platform'

/**
 * A flat folder in which one file can be replaced atomically: on disk, in a browser's private file system, or in a test.
 */
export interface ModelFolder {
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
 * first, so that a full disk changes nothing.
 */
export async function replaceModel(
  folder: ModelFolder,
  weights: ArrayBuffer,
  modelJson: ModelJsonFor,
): Promise<void> {
  const names = ['weights.bin']
  if ((await folder.list()).includes('model.json')) names.unshift(`weights.${sha256Hex(weights)}.bin`)
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
  for (const name of await folder.list()) {
    if (leftover.test(name)) await folder.remove(name)
  }
}
