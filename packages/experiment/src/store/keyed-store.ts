import { TreadleError } from '@treadle/core'
import type { RunLock, RunStore } from './store.ts'

/** Values by key, each written as a whole or not at all. */
export interface KeyedValues {
  get(key: string): Promise<Uint8Array | undefined>
  set(key: string, value: Uint8Array): Promise<void>
  delete(key: string): Promise<void>
  keys(): Promise<string[]>
  /** Takes a name that one holder can have at a time. @returns what gives it back; undefined if it is taken */
  hold(name: string): Promise<(() => void) | undefined>
}

/** A run whose files are the values of keys that begin with the run's name. */
export class KeyedStore implements RunStore {
  readonly location: string
  readonly shared = false
  readonly #values: KeyedValues

  constructor(location: string, values: KeyedValues) {
    this.location = location
    this.#values = values
  }

  async lock({ fresh = false } = {}): Promise<RunLock> {
    const giveBack = await this.#values.hold(this.location)
    if (giveBack === undefined) {
      throw new TreadleError(
        'EXPERIMENT_RUN_BUSY',
        `${this.location} is still training elsewhere. Wait for it or stop it, then try again.`,
      )
    }
    if (fresh && (await this.list()).length > 0) {
      giveBack()
      throw new TreadleError('EXPERIMENT_RUN_EXISTS', `${this.location} exists already. Choose another name.`)
    }
    return { owner: undefined, assertHeld: async () => {}, release: async () => giveBack() }
  }

  async inUse(): Promise<boolean> {
    const giveBack = await this.#values.hold(this.location)
    giveBack?.()
    return giveBack === undefined
  }

  async list(folder?: string): Promise<string[]> {
    const prefix = this.#keyOf(folder === undefined ? '' : `${folder}/`)
    const keys = await this.#values.keys()
    return keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
  }

  read(name: string): Promise<Uint8Array | undefined> {
    return this.#values.get(this.#keyOf(name))
  }

  write(name: string, data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
    return this.#values.set(this.#keyOf(name), bytes)
  }

  async writeAll(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [name, data] of Object.entries(files)) await this.write(name, data)
  }

  async append(name: string, text: string): Promise<void> {
    const before = (await this.read(name)) ?? new Uint8Array()
    const added = new TextEncoder().encode(text)
    const whole = new Uint8Array(before.length + added.length)
    whole.set(before)
    whole.set(added, before.length)
    await this.write(name, whole)
  }

  remove(name: string): Promise<void> {
    return this.#values.delete(this.#keyOf(name))
  }

  #keyOf(name: string): string {
    return `${this.location}/${name}`
  }
}
