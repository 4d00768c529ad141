import { TreadleError, isTreadleError } from '@treadle/core'
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { FoundRun } from '../platform.ts'
import { HISTORY, RECORD } from '../store/files.ts'

/** Folders below the given one that are looked at: a sweep keeps its runs in a folder of its own. */
const DEPTH = 3
/** A larger tree is not a folder of runs. */
const MOST_FOLDERS = 20_000

/**
 * The run directories in and below a folder, at most three levels down. Links are not followed, and the folders of a
 * run are not searched. A folder below that cannot be read counts as a run, so that it is listed with the reason.
 * @param most folders that are looked at
 * @throws TreadleError `EXPERIMENT_FOLDER_MISSING`, `EXPERIMENT_TOO_MANY_FOLDERS`; the system's error if the folder
 *   exists but cannot be read
 */
export async function findRunDirectories(folder: string, most = MOST_FOLDERS): Promise<FoundRun[]> {
  const found: FoundRun[] = []
  let looked = 0
  const walk = async (path: string, depth: number): Promise<void> => {
    if (++looked > most) throw tooMany(folder, most)
    const entries = await readdir(path, { withFileTypes: true })
    if (entries.some(({ name }) => name === RECORD || name === HISTORY)) {
      found.push({ location: path, bytes: await sizeOf(path) })
      return
    }
    if (depth === DEPTH) return
    for (const entry of entries) {
      if (!entry.isDirectory()) continue
      const inner = join(path, entry.name)
      await walk(inner, depth + 1).catch((error: unknown) => {
        if (isTreadleError(error)) throw error
        found.push({ location: inner, bytes: 0 })
      })
    }
  }
  await walk(resolve(folder), 0).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' || error.code === 'ENOTDIR' ? missing(folder, error) : error
  })
  return found.toSorted((a, b) => (a.location < b.location ? -1 : 1))
}

async function sizeOf(folder: string): Promise<number> {
  const sizes = [RECORD, HISTORY].map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

const tooMany = (folder: string, most: number) =>
  new TreadleError(
    'EXPERIMENT_TOO_MANY_FOLDERS',
    `${folder} has more than ${most} folders, which is not a folder of runs. Give the folder that holds the run directories.`,
  )

const missing = (folder: string, cause: Error) =>
  new TreadleError(
    'EXPERIMENT_FOLDER_MISSING',
    `There is no folder ${folder}. Give the folder that holds the run directories.`,
    { cause },
  )
