import { randomUUID } from 'node:crypto'
import { open, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { type ProcessIdentity, isRunning, thisProcess } from './process-identity.ts'

/** How often a process renews its file, in ms. */
const HEARTBEAT = 30_000
/** A process that cannot be looked up is taken for dead after this time without a renewal, in ms. */
const SILENCE = 600_000

/** An empty file that says that this process is alive. */
export interface ProcessFile {
  readonly name: string
  readonly path: string
  readonly identity: ProcessIdentity
  readonly token: string
  /** Renews the file from time to time. */
  keepAlive(): void
  remove(): Promise<void>
}

/**
 * Makes the file of this process in a folder. Its name holds machine, process number, start of the process and a random
 * token, so that it exists as a whole or not at all.
 */
export async function makeProcessFile(folder: string, prefix: string): Promise<ProcessFile> {
  const token = randomUUID()
  const identity = thisProcess()
  const name = `${prefix}${[identity.machine, identity.pid, identity.start, token].join('.')}`
  const path = join(folder, name)
  await (await open(path, 'wx')).close()
  let heartbeat: NodeJS.Timeout | undefined
  return {
    name,
    path,
    identity,
    token,
    keepAlive() {
      heartbeat = setInterval(() => {
        const now = new Date()
        utimes(path, now, now).catch(() => {})
      }, HEARTBEAT)
      heartbeat.unref()
    },
    async remove() {
      clearInterval(heartbeat)
      await rm(path, { force: true })
    },
  }
}

/**
 * Whether the process of a file is alive. A process on another machine, or in another container, is alive while it
 * renews its file.
 * @param name as `makeProcessFile` has made it
 */
export async function isProcessAlive(folder: string, name: string, prefix: string): Promise<boolean> {
  const identity = identityIn(name, prefix)
  const running = isRunning(identity)
  if (running === false) return false
  const found = await stat(join(folder, name)).catch(() => undefined)
  if (found === undefined) return false
  return (running === true && identity.start > 0) || Date.now() - found.mtimeMs < SILENCE
}

/** The process of a file. */
export function identityIn(name: string, prefix: string): ProcessIdentity {
  const [machine = '', pid, start] = name.slice(prefix.length).split('.')
  return { machine, pid: Number(pid), start: Number(start) }
}
