import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process, so that another process with the same number is not taken for it. */
export interface ProcessIdentity {
  /** The machine, its start and its namespace of process numbers, in 12 hex digits. */
  readonly machine: string
  readonly pid: number
  /** Linux: clock ticks from the start of the machine to that of the process. Elsewhere 0. */
  readonly start: number
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { machine: machine(), pid: process.pid, start: stateOf(process.pid)?.start ?? 0 }
}

/**
 * Whether a process runs: undefined if it belongs to another machine or container. Where the system does not tell when
 * a process began (all but Linux), another process with the same number counts as it.
 */
export function isRunning({ machine: where, pid, start }: ProcessIdentity): boolean | undefined {
  if (where !== machine()) return undefined
  if (start === 0) return exists(pid)
  const state = stateOf(pid)
  return state !== undefined && state.start === start && !state.dead
}

let known: string | undefined
function machine(): string {
  known ??= createHash('sha256')
    .update([hostname(), textOf('/proc/sys/kernel/random/boot_id'), namespace()].join('\n'))
    .digest('hex')
    .slice(0, 12)
  return known
}

/** Fields 3 (state) and 22 (start) of /proc/PID/stat. The name before them may hold spaces and parentheses. */
function stateOf(pid: number): { readonly start: number; readonly dead: boolean } | undefined {
  const text = textOf(`/proc/${pid}/stat`)
  if (text === '') return undefined
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { start: Number(fields[19]), dead: fields[0] === 'Z' || fields[0] === 'X' }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
