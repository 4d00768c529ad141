import { randomUUID } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A new name for the content of a file that is being written, beside the file. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
}

const PATTERN = /^\..+\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/

/** Whether a file's name is one that `stageFile` gives to unfinished content. */
export const isTemporaryFile = (name: string): boolean => PATTERN.test(name)

/**
 * Removes what processes left in a folder that were killed while they wrote a file. Only the folder's one writer may
 * call it.
 */
export async function removeTemporaryFiles(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  await Promise.all(
    names.filter(isTemporaryFile).map((name) => rm(join(folder, name), { force: true }).catch(() => {})),
  )
}
