import { readdir, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { isTreadleError } from '@treadle/core'
import { errorCode, statOrNothing } from './disk-files.ts'
import { abandonedParts } from './parts.ts'

/** What `sweep` of a cache does. Another process may sweep at the same time. A folder that cannot be read is left alone. */
export async function sweepFolder(folder: string, limit: number, used: string): Promise<void> {
  try {
    const now = new Date()
    await utimes(used, now, now).catch(() => {})
    for (const left of await abandonedParts(folder)) await rm(left, { force: true })
    const files = (await readdir(folder)).filter((name) => !name.endsWith('.part'))
    const stats = await Promise.all(
      files.map(async (name) => ({
        path: join(folder, name),
        stat: await statOrNothing(join(folder, name)),
      })),
    )
    let bytes = 0
    for (const { path, stat } of stats.sort((a, b) => (b.stat?.mtimeMs ?? 0) - (a.stat?.mtimeMs ?? 0))) {
      bytes += stat?.size ?? 0
      if (bytes > limit) await rm(path, { force: true })
    }
  } catch (error) {
    if (!isTreadleError(error) && errorCode(error) === undefined) throw error
  }
}
