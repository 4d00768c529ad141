import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, readWholeFile, writeFileAtomic } from '@treadle/core/node'
import type { CheckpointStore, Kind } from './store.ts'

/** Checkpoints in a folder that all machines share. It keeps the results until somebody deletes them. */
export class FolderCheckpoints implements CheckpointStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async read(id: string, kind: Kind): Promise<Uint8Array | undefined> {
    try {
      return await readWholeFile(this.#pathOf(id, kind))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  async write(id: string, kind: Kind, bytes: Uint8Array): Promise<void> {
    await makeFolder(this.#folder)
    await writeFileAtomic(this.#pathOf(id, kind), bytes)
  }

  async release(id: string): Promise<void> {
    await rm(this.#pathOf(id, 'checkpoint'), { force: true })
  }

  /** @param id a hash that was checked: of it a path is made */
  #pathOf(id: string, kind: Kind): string {
    return join(this.#folder, `${id}.${kind}`)
  }
}
