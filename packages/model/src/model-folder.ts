import { sha256Hex } from './artifacts.ts'

/**
 * A flat folder that can exchange one file in one step: what saving needs of a disk, of a browser's private file
 * system and of a test.
 */
export interface ModelFolder {
  /** For messages. */
  readonly location: string
  list(): Promise<string[]>
  /** After it, and after a power cut in the middle of it, the file is whole: the old one or the new one. */
  replace(name: string, bytes: Uint8Array): Promise<void>
  remove(name: string): Promise<void>
}

/** What model.json says when its weights lie in the file of that name. */
export type ModelJsonFor = (weightsFile: string) => Uint8Array

const leftover = /^weights\.[0-9a-f]{64}\.bin$/

/**
 * Replaces model.json and weights.bin so that at every moment model.json names a whole file that belongs to it,
 * for any reader of the format. Two files cannot change in one step, so over an existing model it goes by way of
 * a third: new weights under a name of their own, model.json that names them, weights.bin, model.json again.
 * Whoever is killed in between leaves a whole model; the next save removes the third file.
 */
export async function replaceModel(
  folder: ModelFolder,
  weights: ArrayBuffer,
  modelJson: ModelJsonFor,
): Promise<void> {
  const bytes = new Uint8Array(weights)
  if ((await folder.list()).includes('model.json')) {
    const name = `weights.${sha256Hex(weights)}.bin`
    await folder.replace(name, bytes)
    await folder.replace('model.json', modelJson(name))
  }
  await folder.replace('weights.bin', bytes)
  await folder.replace('model.json', modelJson('weights.bin'))
  for (const name of await folder.list()) {
    if (leftover.test(name)) await folder.remove(name)
  }
}
