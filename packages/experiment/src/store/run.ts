import { TreadleError } from '@treadle/core'
import { platform } from '#platform'
import { type HistoryEntry, historyEntry } from '../record/history.ts'
import { type TestOutputs, formatPredictions, parsePredictions } from '../record/predictions.ts'
import { type RunRecord, checked, parseJson, parseRecord } from '../record/record.ts'
import { type CheckpointName, HISTORY, PREDICTIONS, RECORD, checkpointFile } from './files.ts'
import type { RunStore } from './store.ts'

/** A run in a store: its record, history, checkpoints, predictions, model and reports. */
export class Run {
  readonly store: RunStore
  #record: RunRecord

  private constructor(store: RunStore, record: RunRecord) {
    this.store = store
    this.#record = record
  }

  get record(): RunRecord {
    return this.#record
  }

  /** A path, or the run's name in a browser. */
  get location(): string {
    return this.store.location
  }

  /**
   * Begins a run in a store.
   * @param force whether it replaces a run that the store holds
   * @throws TreadleError `EXPERIMENT_RUN_EXISTS`, `EXPERIMENT_RUN_BUSY`
   */
  static async create(store: RunStore, record: RunRecord, { force = false } = {}): Promise<Run> {
    await assertFree(store, force)
    await store.claim(RECORD, textOf(record), force)
    return new Run(store, record)
  }

  /** @throws TreadleError `EXPERIMENT_RUN_MISSING`, `EXPERIMENT_RUN_INVALID` */
  static async open(store: RunStore): Promise<Run> {
    const bytes = await store.read(RECORD)
    if (bytes !== undefined) return new Run(store, parseRecord(decode(bytes), `${store.location}/${RECORD}`))
    throw new TreadleError(
      'EXPERIMENT_RUN_MISSING',
      `${store.location} is not a run directory: there is no ${RECORD} in it. Give the folder that \`treadle train\` printed, such as one in runs/.`,
    )
  }

  async update(patch: Partial<RunRecord>): Promise<void> {
    this.#record = { ...this.#record, ...patch }
    await this.store.write(RECORD, textOf(this.#record))
  }

  /** Replaces one file as a whole. */
  async write(name: string, data: string | Uint8Array): Promise<void> {
    await this.store.write(name, data)
  }

  async read(name: string): Promise<string | undefined> {
    const bytes = await this.store.read(name)
    return bytes === undefined ? undefined : decode(bytes)
  }

  async appendHistory(entry: HistoryEntry): Promise<void> {
    await this.store.append(HISTORY, `${JSON.stringify(entry)}\n`)
  }

  async replaceHistory(entries: readonly HistoryEntry[]): Promise<void> {
    await this.store.write(HISTORY, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  }

  /** The finished epochs. A last line that a crash has cut short is left out. */
  async readHistory(): Promise<HistoryEntry[]> {
    const lines = ((await this.read(HISTORY)) ?? '').split('\n').slice(0, -1)
    return lines.map((line, i) => {
      const location = `${this.location}/${HISTORY}, line ${i + 1},`
      return checked(historyEntry, parseJson(line, location), location)
    })
  }

  async writeCheckpoint(name: CheckpointName, bytes: Uint8Array): Promise<void> {
    await this.store.write(checkpointFile(name), bytes)
  }

  readCheckpoint(name: CheckpointName): Promise<Uint8Array | undefined> {
    return this.store.read(checkpointFile(name))
  }

  async writePredictions(test: TestOutputs): Promise<void> {
    await this.store.write(PREDICTIONS, formatPredictions(test))
  }

  /** Undefined if the run has no predictions. @throws TreadleError `EXPERIMENT_RUN_INVALID` */
  async readPredictions(): Promise<TestOutputs | undefined> {
    const text = await this.read(PREDICTIONS)
    const { kind, names } = this.#record.dataset
    return text === undefined
      ? undefined
      : parsePredictions(text, kind === 'images' ? 'classifier' : 'regressor', names)
  }

  /** @throws TreadleError `EXPERIMENT_RUN_BUSY` while another process trains in this directory */
  assertIdle(): void {
    const { status, process } = this.#record
    if (status !== 'running' || process === undefined || !platform.isAlive(process)) return
    throw new TreadleError(
      'EXPERIMENT_RUN_BUSY',
      `Process ${process.pid} is still training in ${this.location}. Wait for it or stop it, then try again.`,
    )
  }
}

/** @throws TreadleError `EXPERIMENT_RUN_EXISTS`, `EXPERIMENT_RUN_BUSY` */
export async function assertFree(store: RunStore, force: boolean): Promise<void> {
  await store.assertFree(force)
  if (!force) return
  const existing = await Run.open(store).catch(() => undefined)
  existing?.assertIdle()
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const textOf = (record: RunRecord) => `${JSON.stringify(record, null, 2)}\n`
