import { TreadleError } from '@treadle/core'
import { readFile, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { z } from 'zod'
import { appendFileDurable, makeFolder, writeFileAtomic } from './atomic-write.ts'
import { RECORD_FORMAT, type HistoryEntry, type RunRecord, historyEntry, runRecord } from './record.ts'

export type CheckpointName = 'last' | 'best'

const RECORD = 'run.json'
const HISTORY = 'history.jsonl'
/** What a run leaves beside its record: all that `--force` may remove. */
const RESULTS = [HISTORY, 'model', 'checkpoints', 'predictions.csv', 'report.html', 'report.txt', 'report.md']
const RESULTS_SUFFIX = '.svg'

/** A run on disk: its record, history, checkpoints and whatever is rendered from them. */
export class RunDirectory {
  readonly path: string
  #record: RunRecord

  private constructor(path: string, record: RunRecord) {
    this.path = path
    this.#record = record
  }

  get record(): RunRecord {
    return this.#record
  }

  get modelPath(): string {
    return join(this.path, 'model')
  }

  /**
   * Claims an empty or new folder for a run.
   *
   * @throws TreadleError `CLI_RUN_EXISTS` where something is there already that `force` does not cover
   */
  static async create(path: string, record: RunRecord, { force = false } = {}): Promise<RunDirectory> {
    await assertFree(path, { force })
    const made = await makeFolder(path)
    const directory = new RunDirectory(path, record)
    try {
      // The old run goes only once the new record is on the disk: one that is full must not cost it.
      await writeFileAtomic(join(path, RECORD), textOf(record), force ? () => removeResults(path) : undefined)
      await makeFolder(join(path, 'checkpoints'))
    } catch (error) {
      // Without its record it would be nobody's folder, and in the way of the next try.
      if (made !== undefined) await rm(made, { recursive: true }).catch(() => {})
      throw error
    }
    return directory
  }

  /** @throws TreadleError `CLI_RUN_MISSING`, `CLI_RUN_INVALID` */
  static async open(path: string): Promise<RunDirectory> {
    let text: string
    try {
      text = await readFile(join(path, RECORD), 'utf8')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
      throw new TreadleError(
        'CLI_RUN_MISSING',
        `${path} is not a run directory: there is no ${RECORD} in it. Give the folder that \`treadle train\` printed, such as one in runs/.`,
      )
    }
    return new RunDirectory(path, parse(runRecord, text, join(path, RECORD)))
  }

  async update(patch: Partial<RunRecord>): Promise<void> {
    this.#record = { ...this.#record, ...patch }
    await this.write(RECORD, textOf(this.#record))
  }

  /** Replaces one file whole. @returns its path */
  async write(name: string, data: string | Uint8Array): Promise<string> {
    const path = join(this.path, name)
    await writeFileAtomic(path, data)
    return path
  }

  async appendHistory(entry: HistoryEntry): Promise<void> {
    await appendFileDurable(join(this.path, HISTORY), `${JSON.stringify(entry)}\n`)
  }

  async replaceHistory(entries: readonly HistoryEntry[]): Promise<void> {
    await this.write(HISTORY, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  }

  /** The epochs so far. A last line that a crash cut short is left out. */
  async readHistory(): Promise<HistoryEntry[]> {
    const path = join(this.path, HISTORY)
    const text = (await readOptional(path))?.toString('utf8') ?? ''
    const lines = text.split('\n').slice(0, -1)
    return lines.map((line, i) => parse(historyEntry, line, `${path}, line ${i + 1},`))
  }

  async writeCheckpoint(name: CheckpointName, bytes: Uint8Array): Promise<void> {
    await this.write(join('checkpoints', `${name}.ckpt`), bytes)
  }

  async readCheckpoint(name: CheckpointName): Promise<Uint8Array | undefined> {
    return readOptional(join(this.path, 'checkpoints', `${name}.ckpt`))
  }

  async read(name: string): Promise<string | undefined> {
    return (await readOptional(join(this.path, name)))?.toString('utf8')
  }

  /** @throws TreadleError `CLI_RUN_BUSY` while another living process trains in this directory */
  assertIdle(): void {
    const { status, process: owner } = this.#record
    if (status !== 'running' || owner === undefined || owner.host !== hostname() || owner.pid === process.pid)
      return
    if (!isAlive(owner.pid)) return
    throw new TreadleError(
      'CLI_RUN_BUSY',
      `Process ${owner.pid} is still training in ${this.path}. Wait for it or stop it, then try again.`,
    )
  }
}

/**
 * @throws TreadleError `CLI_RUN_EXISTS` unless `path` is new, empty, or an idle run and `force` is given
 */
export async function assertFree(path: string, { force = false } = {}): Promise<void> {
  let names: string[]
  try {
    names = await readdir(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return
    if (code === 'ENOTDIR') {
      throw new TreadleError(
        'CLI_RUN_EXISTS',
        `\`--out\` (=${path}) is a file or lies below one. Choose another folder.`,
      )
    }
    throw error
  }
  if (names.length === 0) return
  if (!names.includes(RECORD)) {
    throw new TreadleError(
      'CLI_RUN_EXISTS',
      `\`--out\` (=${path}) holds other files and is not a run directory. Choose a new or empty folder.`,
    )
  }
  if (!force) {
    throw new TreadleError(
      'CLI_RUN_EXISTS',
      `\`--out\` (=${path}) already holds a run, which stays as it is. Choose another folder, ` +
        `continue it with --resume ${path}, or replace it with --force.`,
    )
  }
  const existing = await RunDirectory.open(path).catch(() => undefined)
  existing?.assertIdle()
}

/** Removes what a run has left in a folder but its record, and nothing else. */
async function removeResults(path: string): Promise<void> {
  const names = await readdir(path)
  const results = names.filter((name) => RESULTS.includes(name) || name.endsWith(RESULTS_SUFFIX))
  await Promise.all(results.map((name) => rm(join(path, name), { recursive: true })))
}

const textOf = (record: RunRecord): string => `${JSON.stringify(record, null, 2)}\n`

function parse<Schema extends z.ZodType>(schema: Schema, text: string, what: string): z.infer<Schema> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new TreadleError(
      'CLI_RUN_INVALID',
      `${what} is not whole JSON: it was damaged or written by something else.`,
    )
  }
  const format = (value as { format?: unknown } | null)?.format
  if (typeof format === 'number' && format > RECORD_FORMAT) {
    throw new TreadleError(
      'CLI_RUN_INVALID',
      `${what} has format ${format}; this treadle reads formats up to ${RECORD_FORMAT}. Update treadle.`,
    )
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const where = issue === undefined || issue.path.length === 0 ? 'it' : `"${issue.path.join('.')}"`
  throw new TreadleError(
    'CLI_RUN_INVALID',
    `${what} is not what treadle wrote: ${where} is wrong (${issue?.message ?? 'unknown'}). It was edited, damaged or belongs to something else.`,
  )
}

async function readOptional(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
