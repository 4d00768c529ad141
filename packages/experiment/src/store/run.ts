import { TreadleError, checkArgument, checkOptions, isTreadleError, jsonText } from '@treadle/core'
import type { ModelSource, SaveTarget } from '@treadle/model'
import { platform } from '#platform'
import { plannedEpochs } from '../recipe/planned-epochs.ts'
import { type HistoryEntry, historyEntry } from '../record/history.ts'
import { type TestOutputs, formatPredictions, parsePredictions } from '../record/predictions.ts'
import { type RunFiles, type RunRecord, checked, parseJson, parseRecord } from '../record/record.ts'
import {
  type CheckpointName,
  HISTORY,
  MODEL,
  PREDICTIONS,
  RECORD,
  checkpointFile,
  snapshotFolder,
} from './files.ts'
import { checkStore } from './check-run.ts'
import { modelFolder } from './model-folder.ts'
import { ownedFiles, removeOwned } from './owned-files.ts'
import type { RunLock, RunStore } from './store.ts'

export interface CreateOptions {
  /** Whether the run replaces one that the store holds. */
  readonly force?: boolean
  /** Whether the place must not exist yet. */
  readonly fresh?: boolean
  /** Files that the run has from the beginning, by name. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
}

/**
 * A run in a store: its record, history, checkpoints, predictions, model and reports. `create` and
 * `take` keep the store's lock until `release`; otherwise each write takes it for as long as it lasts.
 */
export class Run {
  readonly store: RunStore
  #record: RunRecord
  #lock: RunLock | undefined
  #writing: Promise<void> = Promise.resolve()

  private constructor(store: RunStore, record: RunRecord, lock?: RunLock) {
    this.store = store
    this.#record = record
    this.#lock = lock
  }

  get record(): RunRecord {
    return this.#record
  }

  /** A path, or the run's name in a browser. */
  get location(): string {
    return this.store.location
  }

  /** Where `saveModel` writes the model. */
  get modelTarget(): SaveTarget {
    return modelFolder(this, MODEL)
  }

  /** Where `saveModel` writes a snapshot, and `loadModel` reads it: `snapshots/1`, `snapshots/2` … */
  snapshotTarget(number: number): SaveTarget & ModelSource {
    return modelFolder(this, snapshotFolder(number))
  }

  /**
   * Begins a run in a store.
   * @throws TreadleError `EXPERIMENT_RUN_EXISTS`, `EXPERIMENT_RUN_BUSY`
   */
  static async create(store: RunStore, record: RunRecord, options: CreateOptions = {}): Promise<Run> {
    checkStore('Run.create', store)
    checkArgument('Run.create', 'record', record, 'record')
    checkOptions('Run.create', options, { force: 'boolean', fresh: 'boolean', files: 'record' })
    const { force = false, fresh = false, files = {} } = options
    const lock = await store.lock({ fresh })
    try {
      // The new record names the files of the old run: a crash from here on leaves a new run without them.
      const replaces = await replacedFiles(store, force)
      const run = new Run(store, { ...record, files: {}, ...(replaces && { replaces }) }, lock)
      if (replaces) {
        await run.#update(lock, {})
        await run.#removeReplaced(lock)
      }
      await run.#writeAll(lock, files)
      return run
    } catch (error) {
      await lock.release()
      throw error
    }
  }

  /** Opens a run for reading. @throws TreadleError `EXPERIMENT_RUN_MISSING`, `EXPERIMENT_RUN_INVALID` */
  static async open(store: RunStore): Promise<Run> {
    checkStore('Run.open', store)
    return new Run(store, await readRecord(store))
  }

  /**
   * Takes the run for writing, and reads its record again: another process may have written it since it was opened.
   * @throws TreadleError `EXPERIMENT_RUN_BUSY`
   */
  async take(): Promise<void> {
    if (this.#lock !== undefined) return
    // A lock makes the place that it takes; a run that was removed must not come back as an empty one.
    await readRecord(this.store)
    const lock = await this.store.lock()
    try {
      this.#record = await readRecord(this.store)
      assertNoEarlierVersion(this.#record, this.location)
      this.#lock = lock
      if (this.#record.replaces) await this.#removeReplaced(lock)
    } catch (error) {
      this.#lock = undefined
      await lock.release()
      throw error
    }
  }

  /** Gives the run back. Does nothing for a run that is only read. */
  async release(): Promise<void> {
    const lock = this.#lock
    this.#lock = undefined
    await lock?.release()
  }

  /** Changes fields of the record. */
  update(patch: Partial<RunRecord>): Promise<void> {
    return this.#write((lock) => this.#update(lock, patch))
  }

  async #update({ owner, assertHeld }: RunLock, patch: Partial<RunRecord>): Promise<void> {
    await assertHeld()
    const record = { ...this.#record, ...patch, ...(owner && { process: owner }) }
    const text = textOf(record, `${this.location}/${RECORD}`)
    this.#record = record
    await this.store.write(RECORD, text)
  }

  /** Replaces one file as a whole. */
  write(name: string, data: string | Uint8Array): Promise<void> {
    return this.writeAll({ [name]: data })
  }

  /**
   * Replaces files one after the other, each as a whole. The record lists their hashes first, so that it knows them
   * after a crash at any moment.
   */
  writeAll(files: Readonly<Record<string, string | Uint8Array>>, patch?: Partial<RunRecord>): Promise<void> {
    return this.#write((lock) => this.#writeAll(lock, files, patch))
  }

  async #writeAll(
    lock: RunLock,
    files: Readonly<Record<string, string | Uint8Array>>,
    patch?: Partial<RunRecord>,
  ): Promise<void> {
    const hashes = new Map<string | Uint8Array, string>()
    for (const data of Object.values(files)) if (!hashes.has(data)) hashes.set(data, platform.sha256(data))
    // The history grows without a change of the record.
    const listed = Object.entries(files).flatMap(([name, data]) =>
      name === HISTORY ? [] : [[name, hashes.get(data) as string] as const],
    )
    const known = this.#record.files
    const both = listed.map(([name, hash]) => [name, [...new Set([hash, ...(known?.[name] ?? [])])]] as const)
    // A run of an earlier version has no list: to begin one would disown its other files.
    const added = known && { files: { ...known, ...Object.fromEntries(both) } }
    await this.#update(lock, { ...patch, ...added })
    await this.store.writeAll(files)
    for (const [name, hash] of listed) this.#setHashes(name, [hash])
  }

  async read(name: string): Promise<string | undefined> {
    const bytes = await this.readBytes(name)
    return bytes === undefined ? undefined : decode(bytes)
  }

  async readBytes(name: string): Promise<Uint8Array | undefined> {
    return this.#record.replaces?.[name] === undefined ? this.store.read(name) : undefined
  }

  list(folder: string): Promise<string[]> {
    return this.store.list(folder)
  }

  remove(name: string): Promise<void> {
    return this.#write(async () => {
      await this.store.remove(name)
      this.#setHashes(name, [])
    })
  }

  appendHistory(entry: HistoryEntry): Promise<void> {
    return this.#write(() => this.store.append(HISTORY, jsonLine(entry, `${this.location}/${HISTORY}`)))
  }

  async replaceHistory(entries: readonly HistoryEntry[]): Promise<void> {
    const text = entries.map((entry) => jsonLine(entry, `${this.location}/${HISTORY}`)).join('')
    return this.#write(() => this.store.write(HISTORY, text))
  }

  /** The finished epochs. A last line that a crash has cut short is left out. */
  async readHistory(): Promise<HistoryEntry[]> {
    const lines = ((await this.read(HISTORY)) ?? '').split('\n').slice(0, -1)
    const epochs = plannedEpochs(this.#record.recipe)
    let last = 0
    return lines.map((line, i) => {
      const location = `${this.location}/${HISTORY}, line ${i + 1},`
      const entry = checked(historyEntry, parseJson(line, location), location)
      if (entry.epoch > last && entry.epoch <= epochs) return ((last = entry.epoch), entry)
      throw new TreadleError(
        'EXPERIMENT_RUN_INVALID',
        `${location} is epoch ${entry.epoch} of ${epochs} after epoch ${last}: the file was edited, is damaged, or belongs to another run.`,
      )
    })
  }

  writeCheckpoint(name: CheckpointName, bytes: Uint8Array): Promise<void> {
    return this.write(checkpointFile(name), bytes)
  }

  readCheckpoint(name: CheckpointName): Promise<Uint8Array | undefined> {
    return this.readBytes(checkpointFile(name))
  }

  async writePredictions(test: TestOutputs): Promise<void> {
    await this.write(PREDICTIONS, formatPredictions(test))
  }

  /** Undefined if the run has no predictions. @throws TreadleError `EXPERIMENT_RUN_INVALID` */
  async readPredictions(): Promise<TestOutputs | undefined> {
    const text = await this.read(PREDICTIONS)
    const { kind, names } = this.#record.dataset
    return text === undefined
      ? undefined
      : parsePredictions(text, kind === 'images' ? 'classifier' : 'regressor', names)
  }

  /** Writes one after the other, under the lock, which is taken for it unless the run is taken. */
  #write(work: (lock: RunLock) => Promise<void>): Promise<void> {
    const written = this.#writing.then(() => this.#writeNow(work))
    this.#writing = written.catch(() => {})
    return written
  }

  async #writeNow(work: (lock: RunLock) => Promise<void>): Promise<void> {
    const held = this.#lock
    if (held !== undefined) return work(held)
    await this.take()
    try {
      await work(this.#lock as unknown as RunLock)
    } finally {
      await this.release()
    }
  }

  async #removeReplaced(lock: RunLock): Promise<void> {
    const { replaces = {}, ...record } = this.#record
    await removeOwned(this.store, replaces)
    this.#record = record
    await this.#update(lock, {})
  }

  #setHashes(name: string, hashes: readonly string[]): void {
    if (this.#record.files === undefined) return
    const { [name]: _, ...others } = this.#record.files
    this.#record = { ...this.#record, files: hashes.length === 0 ? others : { ...others, [name]: hashes } }
  }
}

/**
 * Checks that a run may begin in a store, without taking it: another process may train there.
 * @throws TreadleError `EXPERIMENT_RUN_EXISTS`, `EXPERIMENT_RUN_BUSY`
 */
export async function assertFree(store: RunStore, force: boolean): Promise<void> {
  try {
    await replacedFiles(store, force)
  } catch (error) {
    // While a run trains, its record may lag behind its files. Then the lock, not the files, is the reason.
    if (force && (await store.read(RECORD)) !== undefined) await (await store.lock()).release()
    throw error
  }
}

/** The files of the run that a new one replaces; undefined if the store is free. */
async function replacedFiles(store: RunStore, force: boolean): Promise<RunFiles | undefined> {
  const names = await store.list()
  if (names.length === 0) return undefined
  const { location } = store
  if (!store.shared && force) {
    return Object.fromEntries(names.filter((name) => name !== RECORD).map((name) => [name, []]))
  }
  const bytes = await store.read(RECORD)
  if (bytes === undefined) {
    throw exists(`${location} holds other files and is not a run directory. Choose a new or empty folder.`)
  }
  const record = readReplaced(bytes, store)
  assertNoEarlierVersion(record, location)
  if (force || (await hasNothing(store, record))) return ownedFiles(store, record)
  throw exists(
    `${location} already holds a run. Choose another ${store.shared ? 'folder' : 'name'}, continue that run (--resume), or replace it (--force).`,
  )
}

function readReplaced(bytes: Uint8Array, { location }: RunStore): RunRecord {
  try {
    return parseRecord(decode(bytes), `${location}/${RECORD}`)
  } catch (error) {
    if (!isTreadleError(error)) throw error
    throw new TreadleError(
      'EXPERIMENT_RUN_EXISTS',
      `${error.message} So ${location} is not replaced. Choose a new or empty folder.`,
      { cause: error },
    )
  }
}

/** Whether a run was killed before its first checkpoint: there is nothing to continue, and nothing to lose. */
async function hasNothing(store: RunStore, { status }: RunRecord): Promise<boolean> {
  return status === 'running' && (await store.read(checkpointFile('last'))) === undefined
}

async function readRecord(store: RunStore): Promise<RunRecord> {
  const bytes = await store.read(RECORD)
  if (bytes !== undefined) return parseRecord(decode(bytes), `${store.location}/${RECORD}`)
  throw new TreadleError(
    'EXPERIMENT_RUN_MISSING',
    `${store.location} is not a run directory: there is no ${RECORD} in it. Give the folder that \`treadle train\` printed, such as one in runs/.`,
  )
}

/** Earlier versions take no lock; their record names the process that trains. */
function assertNoEarlierVersion({ status, process }: RunRecord, location: string): void {
  if (status !== 'running' || process === undefined || process.token !== undefined) return
  if (platform.isAlive(process)) {
    throw new TreadleError(
      'EXPERIMENT_RUN_BUSY',
      `Process ${process.pid} is still training in ${location}. Wait for it or stop it, then try again.`,
    )
  }
}

const exists = (message: string) => new TreadleError('EXPERIMENT_RUN_EXISTS', message)
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const textOf = (record: RunRecord, location: string) => `${finiteJson(record, location, 2)}\n`
const jsonLine = (entry: HistoryEntry, location: string) => `${finiteJson(entry, location, 0)}\n`
const finiteJson = (value: unknown, location: string, indent: number) =>
  jsonText(value, { operation: `Writing ${location}`, code: 'EXPERIMENT_NOT_FINITE', indent })
