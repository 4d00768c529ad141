import { TreadleError } from '@treadle/core'
import { makeFolder, writeFilesAtomic } from '@treadle/core/node'
import type { ExportedFiles } from '@treadle/export'
import { readdir, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Target } from './target.ts'

/**
 * Throws unless there is nothing at the target's path, or an empty folder for a format of several files.
 * @throws TreadleError `CLI_FILE_EXISTS`
 */
export async function assertFree({ path, format }: Target): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined) return
  const empty = format.extension === undefined && found.isDirectory() && (await readdir(path)).length === 0
  if (empty) return
  throw new TreadleError(
    'CLI_FILE_EXISTS',
    `${path} exists already. Choose another path for --out, or replace it (--force).`,
  )
}

/**
 * Writes the files of a model. All are on the disk under temporary names before the first one gets its own name, so
 * that a full disk changes nothing. In a folder, other files are not changed.
 * @param force whether existing files are replaced
 */
export async function writeFiles(
  target: Target,
  files: ExportedFiles,
  force: boolean,
): Promise<{ path: string; bytes: number }[]> {
  const inFolder = target.format.extension === undefined
  const entries = Object.entries(files).map(([name, data]) => ({
    path: inFolder ? join(target.path, name) : target.path,
    data,
  }))
  if (!force) await assertFree(target)
  const folder = inFolder ? target.path : dirname(target.path)
  const made = await makeFolder(folder)
  try {
    await writeFilesAtomic(Object.fromEntries(entries.map(({ path, data }) => [path, data])))
  } catch (error) {
    if (made !== undefined) await removeEmpty(folder, made)
    throw error
  }
  return entries.map(({ path, data }) => ({ path, bytes: data.length }))
}

/** Removes a folder and those above it up to `top`, as far as they are empty. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch {
    return
  }
  if (folder !== top) await removeEmpty(dirname(folder), top)
}
