import { randomUUID } from 'node:crypto'
import { open, readdir, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { TreadleError } from '@treadle/core'
import { type ProcessIdentity, isRunning, thisProcess } from '@treadle/core/node'
import type { RunLock } from './store.ts'

const PREFIX = '.owner.'
/** How often the owner renews its file, in ms. */
const HEARTBEAT = 30_000
/** An owner that cannot be looked up is taken for dead after this time without a renewal, in ms. */
const SILENCE = 600_000
/** Two that begin at once see each other and both step back: then each tries again after a random pause. */
const ATTEMPTS = 6

/** Whether a name in a run directory is that of an owner's file. */
export const isOwnerFile = (name: string): boolean => name.startsWith(PREFIX)

/**
 * Takes a folder for one writer. The owner is an empty file whose name holds machine, process number, start of the
 * process and a random token, so that it exists as a whole or not at all. Each candidate first makes its file and then
 * looks for others: of two candidates at least one sees the other. The files of dead owners are removed.
 *
 * An owner on another machine, or in another container, is alive while it renews its file.
 *
 * @throws TreadleError `EXPERIMENT_RUN_BUSY`
 */
export async function ownFolder(folder: string): Promise<RunLock> {
  const token = randomUUID()
  const self = thisProcess()
  const name = [PREFIX.slice(0, -1), self.machine, self.pid, self.start, token].join('.')
  const path = join(folder, name)
  for (let attempt = 1; ; attempt++) {
    await (await open(path, 'wx')).close()
    const rival = await livingOwner(folder, name)
    if (rival === undefined) break
    await rm(path, { force: true })
    if (attempt === ATTEMPTS) throw busy(folder, rival)
    await delay(10 + Math.random() * 40 * attempt)
  }
  const heartbeat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => {})
  }, HEARTBEAT)
  heartbeat.unref()
  return {
    owner: { pid: self.pid, host: hostname(), start: self.start, token },
    async assertHeld() {
      if ((await stat(path).catch(() => undefined)) !== undefined) return
      throw new TreadleError(
        'EXPERIMENT_RUN_LOST',
        `${folder} was removed, or another process has taken it over. Nothing more is written there. Start the run again in another folder.`,
      )
    },
    async release() {
      clearInterval(heartbeat)
      await rm(path, { force: true })
    },
  }
}

/** Another living owner; removes the files of dead ones. */
async function livingOwner(folder: string, own: string): Promise<ProcessIdentity | undefined> {
  for (const name of await readdir(folder)) {
    if (name === own || !isOwnerFile(name)) continue
    const identity = identityIn(name)
    if (await isAlive(identity, join(folder, name))) return identity
    await rm(join(folder, name), { force: true })
  }
  return undefined
}

/** Whether a folder has a living owner; only looks. */
export async function isFolderOwned(folder: string): Promise<boolean> {
  for (const name of await readdir(folder)) {
    if (isOwnerFile(name) && (await isAlive(identityIn(name), join(folder, name)))) return true
  }
  return false
}

function identityIn(name: string): ProcessIdentity {
  const [, , machine = '', pid, start] = name.split('.')
  return { machine, pid: Number(pid), start: Number(start) }
}

async function isAlive(identity: ProcessIdentity, path: string): Promise<boolean> {
  const running = isRunning(identity)
  if (running === false) return false
  if (running && identity.start > 0) return true
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs < SILENCE
}

function busy(folder: string, { pid }: Pick<ProcessIdentity, 'pid'>): TreadleError {
  return new TreadleError(
    'EXPERIMENT_RUN_BUSY',
    `Process ${pid} is still training in ${folder}, or writes its report. Wait for it or stop it, then try again.`,
  )
}
