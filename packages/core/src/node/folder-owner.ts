import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ProcessFile, identityIn, isProcessAlive, makeProcessFile } from './process-file.ts'
import type { ProcessIdentity } from './process-identity.ts'

const PREFIX = '.owner.'
/** Two that begin at once see each other and both step back: then each tries again after a random pause. */
const ATTEMPTS = 6

/** The right to write to a folder, which one holder has at a time, in this process and in others. */
export interface FolderOwner {
  readonly identity: ProcessIdentity
  /** A random name of this hold of the folder. */
  readonly token: string
  /** Whether the folder still exists and was not taken over. */
  readonly isHeld: () => Promise<boolean>
  readonly release: () => Promise<void>
}

/** Whether a name in a folder is that of an owner's file. */
export const isOwnerFile = (name: string): boolean => name.startsWith(PREFIX)

/**
 * Takes a folder for one writer. Each candidate first makes its file and then looks for others: of two candidates at
 * least one sees the other. The files of dead owners are removed.
 *
 * @param busy the error if another writer holds the folder, also after some attempts in about half a second
 */
export async function ownFolder(
  folder: string,
  busy: (other: ProcessIdentity) => Error,
): Promise<FolderOwner> {
  let file: ProcessFile
  for (let attempt = 1; ; attempt++) {
    file = await makeProcessFile(folder, PREFIX)
    const rival = await livingOwner(folder, file.name)
    if (rival === undefined) break
    await file.remove()
    if (attempt === ATTEMPTS) throw busy(rival)
    await delay(10 + Math.random() * 40 * attempt)
  }
  file.keepAlive()
  const { identity, token, path } = file
  return {
    identity,
    token,
    isHeld: async () => (await stat(path).catch(() => undefined)) !== undefined,
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
