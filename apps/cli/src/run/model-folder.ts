import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A run directory has its model in the folder `model`; another path is a saved model itself. */
export async function modelFolder(path: string): Promise<string> {
  const inside = join(path, 'model')
  return (await exists(join(inside, 'model.json'))) ? inside : path
}

/** Whether a folder is a saved model and not a run directory. */
export async function isModelFolder(path: string): Promise<boolean> {
  return (await exists(join(path, 'model.json'))) && !(await exists(join(path, 'run.json')))
}

/** Whether there is a file or a folder at a path. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
