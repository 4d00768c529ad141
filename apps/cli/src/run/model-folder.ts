import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A run directory has its model in the folder `model`; another path is a saved model itself. */
export async function modelFolder(path: string): Promise<string> {
  const inside = join(path, 'model')
  return (await stat(join(inside, 'model.json')).catch(() => undefined)) === undefined ? path : inside
}
