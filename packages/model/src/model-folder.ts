import { sha256Hex } from './artifacts.ts'

/**
 * A flat folder that can exchange one file in one step: what saving needs of a disk, of a browser's private file
 * system and of a test.
 */
export interface ModelFolder {
  list(): Promise<string[]>
  /** Writes a file's new content beside it, so that there is room for it whatever comes. */
  stage(name: string, bytes: Uint8Array): Promise<StagedFile>
  remove(name: string): Promise<void>
}

export interface StagedFile {
  /** Puts the new content in place: after it, and after a power cut in the middle of it, the file is whole. */
  commit(): Promise<void>
  /** Takes away what was staged, if it was not committed. */
  discard(): Promise<void>
}

/** What model.json says when its weights lie in the file of that name. */
export type ModelJsonFor = (weightsFile: string) => Uint8Array

const leftover = /^weights\.[0-9a-f]{64}\.bin$/

/**
 * Replaces model.json and weights.bin so that at every moment model.json names a whole file that belongs to it,
 * for any reader of the format. Two files cannot change in one step, so over an existing model it goes by way of
 * a third: new weights under a name of their own, model.json that names them, weights.bin, model.json again.
 * Whoever is killed in between leaves a whole model; the next save removes the third file. All is staged before
 * anything changes, so a full disk changes nothing.
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
