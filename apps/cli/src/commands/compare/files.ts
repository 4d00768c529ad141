import { TreadleError } from '@treadle/core'
import { makeFolder, writeFileAtomic } from '@treadle/core/node'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** @throws TreadleError `CLI_FILE_EXISTS` if one of the files exists */
export async function assertFree(files: Readonly<Record<string, string | undefined>>): Promise<void> {
  for (const [flag, path] of Object.entries(files)) {
    if (path === undefined || !(await exists(path))) continue
    throw new TreadleError(
      'CLI_FILE_EXISTS',
      `${path} exists already. Choose another path for --${flag}, or replace it (--force).`,
    )
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )

/** Writes the files that have a path, each as a whole. @returns their paths */
export async function writeFiles(
  files: readonly (readonly [path: string | undefined, text: () => string])[],
): Promise<string[]> {
  const written: string[] = []
  for (const [path, text] of files) {
    if (path === undefined) continue
    await makeFolder(dirname(path))
    await writeFileAtomic(path, text())
    written.push(path)
  }
  return written
}
