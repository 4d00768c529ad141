import { readFile, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TreadleError } from '@treadle/core'
import { appendFileDurable, makeFolder, writeFileAtomic } from '@treadle/core/node'
import { MODEL, RECORD, isResult } from './files.ts'
import type { RunStore } from './store.ts'

/** A run directory: a folder that holds the files of one run. */
export class DirectoryStore implements RunStore {
  readonly location: string

  constructor(path: string) {
    this.location = resolve(path)
  }

  get modelTarget(): string {
    return this.#pathOf(MODEL)
  }

  async assertFree(replace: boolean): Promise<void> {
    const path = this.location
    let names: string[]
    try {
      names = await readdir(path)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return
      if (code === 'ENOTDIR') throw exists(`${path} is a file or lies below one. Choose another folder.`)
      throw error
    }
    if (names.length === 0) return
    if (!names.includes(RECORD)) {
      throw exists(`${path} holds other files and is not a run directory. Choose a new or empty folder.`)
    }
    if (replace) return
    throw exists(
      `${path} already holds a run. Choose another folder, continue that run (--resume), or replace it (--force).`,
    )
  }

  async claim(name: string, data: string, replace: boolean): Promise<void> {
    await this.assertFree(replace)
    const made = await makeFolder(this.location)
    try {
      // The old run is removed only once the new record is on the disk: a full disk must not cost it.
      await writeFileAtomic(this.#pathOf(name), data, replace ? () => this.#removeResults() : undefined)
      await makeFolder(this.#pathOf('checkpoints'))
    } catch (error) {
      // A folder without its record is not a run, and the next attempt could not take it.
      if (made !== undefined) await rm(made, { recursive: true }).catch(() => {})
      throw error
    }
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.#pathOf(name))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw error
    }
  }

  write(name: string, data: string | Uint8Array): Promise<void> {
    return writeFileAtomic(this.#pathOf(name), data)
  }

  append(name: string, text: string): Promise<void> {
    return appendFileDurable(this.#pathOf(name), text)
  }

  async #removeResults(): Promise<void> {
    const names = (await readdir(this.location)).filter(isResult)
    await Promise.all(names.map((name) => rm(this.#pathOf(name), { recursive: true })))
  }

  #pathOf(name: string): string {
    return join(this.location, name)
  }
}

const exists = (message: string) => new TreadleError('EXPERIMENT_RUN_EXISTS', message)
