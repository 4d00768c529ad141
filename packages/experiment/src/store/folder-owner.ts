import { readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { TreadleError } from '@treadle/core'
import type { ProcessIdentity } from '@treadle/core/node'
import { type ProcessFile, identityIn, isProcessAlive, makeProcessFile } from './process-file.ts'
import type { RunLock } from './store.ts'

const PREFIX = '.owner.'
/** Two that begin at once see each other and both step back: then each tries again after a random pause. */
const ATTEMPTS = 6

/** Whether a name in a run directory is that of an owner's file. */
export const isOwnerFile = (name: string): boolean => name.startsWith(PREFIX)

/**
 * Takes a folder for one writer. Each candidate first makes its file and then looks for others: of two candidates at
 * least one sees the other. The files of dead owners are removed.
 *
 * @throws TreadleError `EXPERIMENT_RUN_BUSY`
 */
export async function ownFolder(folder: string): Promise<RunLock> {
  let file: ProcessFile
  for (let attempt = 1; ; attempt++) {
    file = await makeProcessFile(folder, PREFIX)
    const rival = await livingOwner(folder, file.name)
    if (rival === undefined) break
    await file.remove()
    if (attempt === ATTEMPTS) throw busy(folder, rival)
    await delay(10 + Math.random() * 40 * attempt)
  }
  file.keepAlive()
  const { identity, token, path } = file
  return {
    owner: { pid: identity.pid, host: hostname(), start: identity.start, token },
    async assertHeld() {
      if ((await stat(path).catch(() => undefined)) !== undefined) return
      throw new TreadleError(
        'EXPERIMENT_RUN_LOST',
        `${folder} was removed, or another process has taken it over. Nothing more is written there. Start the run again in another folder.`,
      )
    },
    release: () => file.remove(),
  }
}

/** Another living owner; removes the files of dead ones. */
async function livingOwner(folder: string, own: string): Promise<ProcessIdentity | undefined> {
  for (const name of await readdir(folder)) {
    if (name === own || !isOwnerFile(name)) continue
    if (await isProcessAlive(folder, name, PREFIX)) return identityIn(name, PREFIX)
    await rm(join(folder, name), { force: true })
  }
  return undefined
}

/** Whether a folder has a living owner; only looks. */
export async function isFolderOwned(folder: string): Promise<boolean> {
  for (const name of await readdir(folder)) {
    if (isOwnerFile(name) && (await isProcessAlive(folder, name, PREFIX))) return true
  }
  return false
}

function busy(folder: string, { pid }: Pick<ProcessIdentity, 'pid'>): TreadleError {
  return new TreadleError(
    'EXPERIMENT_RUN_BUSY',
    `Process ${pid} is still training in ${folder}, or writes its report. Wait for it or stop it, then try again.`,
  )
}
