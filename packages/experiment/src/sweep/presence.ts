import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '@treadle/core/node'
import { isProcessAlive, makeProcessFile } from '@treadle/core/node'

const PREFIX = 'worker.'

/** A worker of a sweep as others see it. */
export interface Presence {
  /** Unique to this worker; trials that it has claimed hold it. */
  readonly name: string
  leave(): Promise<void>
}

/** The file by which a worker of a sweep shows that it is alive. Removes the files of dead workers. */
export async function bePresent(sweepFolder: string): Promise<Presence> {
  const folder = join(sweepFolder, 'workers')
  await makeFolder(folder)
  for (const name of await readdir(folder))
    if (name.startsWith(PREFIX) && !(await isProcessAlive(folder, name, PREFIX)))
      await rm(join(folder, name), { force: true })
  const file = await makeProcessFile(folder, PREFIX)
  file.keepAlive()
  return { name: file.name, leave: () => file.remove() }
}

/** Whether the worker of a name is alive. */
export const isPresent = (sweepFolder: string, name: string): Promise<boolean> =>
  isProcessAlive(join(sweepFolder, 'workers'), name, PREFIX)
