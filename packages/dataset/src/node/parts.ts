import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ProcessIdentity, isRunning } from '@treadle/core/node'
import { statOrNothing } from './disk-files.ts'

/** Owner of a part that its process has closed. */
export const FREE = 'free'
/** A part whose owner runs on another host is abandoned after this time without a write, in ms. */
const ABANDONED_AFTER = 3_600_000

export const ownerOf = ({ machine, pid, start }: ProcessIdentity) => [machine, pid, start].join('-')

export function partPath(target: string, owner: string): string {
  return `${target}.${owner}.${randomUUID()}.part`
}

/** The partial files of `target`, or without it of all files of a folder, whose owners have ended. */
export async function abandonedParts(folder: string, target?: string): Promise<string[]> {
  const found: string[] = []
  for (const name of await readdir(folder)) {
    const [, file, owner] = /^(.*)\.([^.]+)\.[^.]+\.part$/.exec(name) ?? []
    if (file === undefined || owner === undefined || (target !== undefined && file !== target)) continue
    const path = join(folder, name)
    if (await isAbandoned(path, owner)) found.push(path)
  }
  return found
}

async function isAbandoned(path: string, owner: string): Promise<boolean> {
  if (owner === FREE) return true
  const [machine = '', pid, start] = owner.split('-')
  const running = isRunning({ machine, pid: Number(pid), start: Number(start) })
  if (running !== undefined) return !running
  const found = await statOrNothing(path)
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_AFTER
}
