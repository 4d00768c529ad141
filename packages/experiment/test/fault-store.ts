import { type RunStore, memoryStore } from '../src/index.ts'

/** What every operation of a killed process ends with. */
export class Killed extends Error {}

/**
 * A store that a process can be killed at: operation `killAt` (from 1) and all later ones fail. `half` does half of an
 * append first. Files of other programs may be in it, as in a folder.
 */
export class FaultStore implements RunStore {
  readonly location = 'run'
  readonly shared = true
  /** Operations so far. */
  operations = 0
  /** The numbers of those that append. */
  readonly appends = new Set<number>()
  readonly #inner: RunStore
  readonly #killAt: number
  readonly #half: boolean
  #locked = false

  constructor(inner: RunStore = memoryStore(), killAt = Infinity, half = false) {
    this.#inner = inner
    this.#killAt = killAt
    this.#half = half
  }

  async lock() {
    this.#step()
    if (this.#locked) throw new Error('locked twice')
    this.#locked = true
    return {
      owner: undefined,
      assertHeld: async () => this.#step(),
      release: async () => {
        this.#step()
        this.#locked = false
      },
    }
  }

  async inUse() {
    return this.#locked
  }

  async list(folder?: string) {
    this.#step()
    return this.#inner.list(folder)
  }

  async read(name: string) {
    this.#step()
    return this.#inner.read(name)
  }

  async write(name: string, data: string | Uint8Array) {
    this.#step()
    await this.#inner.write(name, data)
  }

  async writeAll(files: Readonly<Record<string, string | Uint8Array>>) {
    for (const [name, data] of Object.entries(files)) await this.write(name, data)
  }

  async append(name: string, text: string) {
    this.appends.add(this.operations + 1)
    if (this.#half && this.operations + 1 === this.#killAt)
      await this.#inner.append(name, text.slice(0, text.length >> 1))
    this.#step()
    await this.#inner.append(name, text)
  }

  async remove(name: string) {
    this.#step()
    await this.#inner.remove(name)
  }

  #step(): void {
    this.operations++
    if (this.operations >= this.#killAt) throw new Killed(`killed at operation ${this.operations}`)
  }
}
