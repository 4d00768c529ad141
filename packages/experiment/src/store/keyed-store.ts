import { TreadleError } from '@treadle/core'
import type { SaveTarget } from '@treadle/model'
import { MODEL, RECORD } from './files.ts'
import { type DirectoryHandle, modelFolder } from './model-folder.ts'
import type { RunStore } from './store.ts'

/** Values by key, each written as a whole or not at all. */
export interface KeyedValues {
  get(key: string): Promise<Uint8Array | undefined>
  set(key: string, value: Uint8Array): Promise<void>
  delete(key: string): Promise<void>
  keys(): Promise<string[]>
}

/** A run whose files are the values of keys that begin with the run's name. */
export class KeyedStore implements RunStore {
  readonly location: string
  readonly #values: KeyedValues

  constructor(location: string, values: KeyedValues) {
    this.location = location
    this.#values = values
  }

  get modelTarget(): SaveTarget {
    return this.modelFolder
  }

  /** The folder of the model, as a directory handle. */
  get modelFolder(): DirectoryHandle {
    return modelFolder(this, MODEL)
  }

  async assertFree(replace: boolean): Promise<void> {
    if (replace || (await this.read(RECORD)) === undefined) return
    throw new TreadleError(
      'EXPERIMENT_RUN_EXISTS',
      `${this.location} already holds a run. Choose another name, continue that run, or replace it (\`force\`).`,
    )
  }

  async claim(name: string, data: string, replace: boolean): Promise<void> {
    await this.assertFree(replace)
    const old = await this.list()
    await this.write(name, data)
    await Promise.all(old.filter((other) => other !== name).map((other) => this.remove(other)))
  }

  read(name: string): Promise<Uint8Array | undefined> {
    return this.#values.get(this.#keyOf(name))
  }

  write(name: string, data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
    return this.#values.set(this.#keyOf(name), bytes)
  }

  async append(name: string, text: string): Promise<void> {
    const before = (await this.read(name)) ?? new Uint8Array()
    const added = new TextEncoder().encode(text)
    const whole = new Uint8Array(before.length + added.length)
    whole.set(before)
    whole.set(added, before.length)
    await this.write(name, whole)
  }

  /** The names of all files. */
  async list(): Promise<string[]> {
    const prefix = this.#keyOf('')
    const keys = await this.#values.keys()
    return keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
  }

  remove(name: string): Promise<void> {
    return this.#values.delete(this.#keyOf(name))
  }

  #keyOf(name: string): string {
    return `${this.location}/${name}`
  }
}
