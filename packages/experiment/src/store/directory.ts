import { mkdir, readdir, rm, rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { TreadleError } from '@treadle/core'
import {
  appendFileDurable,
  isFolderOwned,
  isOwnerFile,
  isTemporaryFile,
  makeFolder,
  readWholeFile,
  removeTemporaryFiles,
  writeFilesAtomic,
} from '@treadle/core/node'
import { RUN_FILES } from './files.ts'
import { lockFolder } from './run-lock.ts'
import type { RunLock, RunStore } from './store.ts'

/** The folders that a run writes to, besides its own. */
const FOLDERS = [...new Set(RUN_FILES.map((name) => dirname(name)))].filter((folder) => folder !== '.')

/** A run directory: a folder that holds the files of one run. */
export class DirectoryStore implements RunStore {
  readonly location: string
  readonly shared = true

  constructor(path: string) {
    this.location = resolve(path)
  }

  async lock({ fresh = false } = {}): Promise<RunLock> {
    const path = this.location
    const made = await (fresh ? this.#makeFresh() : makeFolder(path)).catch((error: unknown) => {
      throw this.#notAFolder(error)
    })
    try {
      const lock = await lockFolder(path)
      for (const folder of ['', ...FOLDERS]) await removeTemporaryFiles(join(path, folder))
      const release = async () => {
        await lock.release()
        if (made !== undefined) await removeEmpty(path, made)
      }
      return { ...lock, release }
    } catch (error) {
      if (made !== undefined) await removeEmpty(path, made)
      throw this.#notAFolder(error)
    }
  }

  inUse(): Promise<boolean> {
    return isFolderOwned(this.location)
  }

  async list(folder = ''): Promise<string[]> {
    try {
      const names = await readdir(this.#pathOf(folder))
      return names.filter((name) => !isTemporaryFile(name) && !isOwnerFile(name))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw this.#notAFolder(error)
    }
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    try {
      return await readWholeFile(this.#pathOf(name))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw error
    }
  }

  write(name: string, data: string | Uint8Array): Promise<void> {
    return this.writeAll({ [name]: data })
  }

  async writeAll(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    const entries = Object.entries(files).map(([name, data]) => [this.#pathOf(name), data] as const)
    const folders = new Set(entries.map(([path]) => dirname(path)))
    // The run's own is made by the lock; where it is gone, it was removed.
    folders.delete(this.location)
    for (const folder of folders) await makeFolder(folder)
    await writeFilesAtomic(Object.fromEntries(entries))
  }

  append(name: string, text: string): Promise<void> {
    return appendFileDurable(this.#pathOf(name), text)
  }

  async remove(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true })
    if (name.includes('/')) await rmdir(dirname(this.#pathOf(name))).catch(() => {})
  }

  /** Makes the folder, which must not exist: of processes that try at once, one succeeds. */
  async #makeFresh(): Promise<string> {
    const path = this.location
    const above = await makeFolder(dirname(path))
    await mkdir(path)
    return above ?? path
  }

  #pathOf(name: string): string {
    return join(this.location, name)
  }

  #notAFolder(error: unknown): unknown {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return exists(`${this.location} exists already. Choose another folder.`)
    if (code !== 'ENOTDIR') return error
    return exists(`${this.location} is a file or lies below one. Choose another folder.`)
  }
}

/** Removes `path` and the folders above it up to `top`, as long as they are empty. */
async function removeEmpty(path: string, top: string): Promise<void> {
  for (let folder = path; folder.length >= top.length; folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    )
    if (!removed) return
  }
}

const exists = (message: string) => new TreadleError('EXPERIMENT_RUN_EXISTS', message)
