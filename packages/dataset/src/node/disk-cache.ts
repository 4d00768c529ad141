import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TreadleError } from '@treadle/core'
import { syncFile, thisProcess } from '@treadle/core/node'
import type { Cache, Part } from '../platform.ts'
import { diskFile, errorCode, statOrNothing } from './disk-files.ts'
import { FREE, abandonedParts, ownerOf, partPath } from './parts.ts'
import { sweepFolder } from './sweep-folder.ts'

/**
 * A folder of downloads and decoded pictures. A partial file is named `<name>.<owner>.<random>.part` until it is complete, so that no reader
 * uses it, and each process writes only its own.
 */
export function diskCache(root: string): Cache {
  return {
    location: root,
    async find(name) {
      const path = join(root, name)
      return (await statOrNothing(path))?.isFile() ? diskFile(path, basename(path)) : undefined
    },
    async begin(name) {
      const target = join(root, name)
      try {
        await mkdir(dirname(target), { recursive: true })
        const path = partPath(target, ownerOf(thisProcess()))
        await adopt(target, path)
        const handle = await open(path, 'a')
        return new DiskPart(target, path, handle, (await handle.stat()).size)
      } catch (error) {
        throw unwritable(target, error)
      }
    },
    sweep: (folder, limit, used) => sweepFolder(join(root, folder), limit, join(root, used)),
  }
}

class DiskPart implements Part {
  readonly #target: string
  readonly #path: string
  readonly #handle: FileHandle
  size: number

  constructor(target: string, path: string, handle: FileHandle, size: number) {
    this.#target = target
    this.#path = path
    this.#handle = handle
    this.size = size
  }

  async append(bytes: Uint8Array): Promise<void> {
    try {
      for (let rest = bytes; rest.length > 0;) {
        const { bytesWritten } = await this.#handle.write(rest)
        rest = rest.subarray(bytesWritten)
      }
      // Only a chunk that was written whole counts; a full disk may take a part.
      this.size += bytes.length
    } catch (error) {
      throw unwritable(this.#path, error)
    }
  }

  async reset(): Promise<void> {
    try {
      await this.#handle.truncate(0)
      this.size = 0
    } catch (error) {
      throw unwritable(this.#path, error)
    }
  }

  file() {
    const name = basename(this.#target)
    // Messages name the target: the partial file's name is internal and temporary.
    return { ...diskFile(this.#path, name), name }
  }

  async commit(): Promise<void> {
    try {
      await syncFile(this.#handle)
      await this.#handle.close()
      await rename(this.#path, this.#target)
      for (const left of await abandonedParts(dirname(this.#target), basename(this.#target)))
        await rm(left, { force: true })
    } catch (error) {
      throw unwritable(this.#target, error)
    }
  }

  async close({ keep }: { keep: boolean }): Promise<void> {
    await this.#handle.close().catch(() => {})
    const done =
      keep && this.size >= WORTH_KEEPING
        ? rename(this.#path, partPath(this.#target, FREE))
        : rm(this.#path, { force: true })
    await done.catch(() => {})
  }
}

/** A smaller part is downloaded again: that is as fast, and it may be an error page. */
const WORTH_KEEPING = 1 << 16

/** Renames the part of an interrupted download of `target` to `path`. If two processes try, one rename succeeds. */
async function adopt(target: string, path: string): Promise<void> {
  for (const from of await abandonedParts(dirname(target), basename(target))) {
    try {
      return await rename(from, path)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
}

function unwritable(path: string, cause: unknown): TreadleError {
  return new TreadleError(
    'DATASET_CACHE',
    `Writing ${path} failed: ${cause instanceof Error ? cause.message : String(cause)}. ` +
      'Free disk space or set another folder in TREADLE_CACHE.',
    { cause },
  )
}
