import { randomUUID } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TreadleError } from '@treadle/core'
import { isTemporaryFile, makeFolder, readWholeFile, writeFileAtomic } from '@treadle/core/node'
import type { CheckpointStore, Kind } from './store.ts'

/** Checkpoints in a folder that all machines share. It keeps the results until somebody deletes them. */
export class FolderCheckpoints implements CheckpointStore {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Makes the folder if it is missing. @throws TreadleError `QUEUE_BAD_FOLDER` if it cannot be written */
  static async open(folder: string): Promise<FolderCheckpoints> {
    const store = new FolderCheckpoints(folder)
    const probe = join(folder, `.${randomUUID()}`)
    await store.#usable(async () => {
      await makeFolder(folder)
      await writeFile(probe, '')
      await rm(probe)
    })
    return store
  }

  async read(id: string, kind: Kind): Promise<Uint8Array | undefined> {
    return this.#usable(() =>
      readWholeFile(this.#pathOf(id, kind)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      }),
    )
  }

  async write(id: string, kind: Kind, bytes: Uint8Array): Promise<void> {
    // It is there since the start: where it is gone, its file system is not mounted any more.
    await this.#usable(() => writeFileAtomic(this.#pathOf(id, kind), bytes))
  }

  async release(id: string): Promise<void> {
    await this.#usable(async () => {
      // Workers that were killed while they wrote have left files beside it.
      const left = (await readdir(this.#folder)).filter((name) => isTemporaryFile(name) && name.includes(id))
      const paths = [this.#pathOf(id, 'checkpoint'), ...left.map((name) => join(this.#folder, name))]
      await Promise.all(paths.map((path) => rm(path, { force: true })))
    })
  }

  close(): void {}

  async #usable<Value>(use: () => Promise<Value>): Promise<Value> {
    try {
      return await use()
    } catch (error) {
      throw new TreadleError(
        'QUEUE_BAD_FOLDER',
        `The folder of checkpoints ${this.#folder} cannot be used: ${(error as Error).message}. Free space in it, mount it or give permissions, or choose another one (--checkpoints) for the sweep and all workers.`,
        { cause: error },
      )
    }
  }

  /** @param id a hash that was checked: of it a path is made */
  #pathOf(id: string, kind: Kind): string {
    return join(this.#folder, `${id}.${kind}`)
  }
}
