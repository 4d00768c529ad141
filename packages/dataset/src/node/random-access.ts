import { closeSync, openSync, read, readSync } from 'node:fs'
import { promisify } from 'node:util'
import type { RandomAccess } from '../data-file.ts'
import { unreadable } from './unreadable.ts'

const readLater = promisify(read)

/**
 * A file that stays open while this object is used. A data set has no end of its own that a caller must tell, so the
 * garbage collector closes the file; an open file does not keep the process alive.
 * @throws TreadleError `DATASET_UNREADABLE`, also from reads
 */
export class OpenFile implements RandomAccess {
  static readonly #left = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor))
  readonly #path: string
  readonly #descriptor: number

  constructor(path: string) {
    this.#path = path
    try {
      this.#descriptor = openSync(path, 'r')
    } catch (error) {
      throw unreadable(path, error)
    }
    OpenFile.#left.register(this, this.#descriptor, this)
  }

  close(): void {
    if (OpenFile.#left.unregister(this)) closeSync(this.#descriptor)
  }

  readNow(position: number, into: Uint8Array): number {
    let done = 0
    try {
      while (done < into.length) {
        const count = readSync(this.#descriptor, into, done, into.length - done, position + done)
        if (count === 0) break
        done += count
      }
    } catch (error) {
      throw unreadable(this.#path, error)
    }
    return done
  }

  async read(position: number, into: Uint8Array): Promise<number> {
    let done = 0
    try {
      while (done < into.length) {
        const { bytesRead } = await readLater(
          this.#descriptor,
          into,
          done,
          into.length - done,
          position + done,
        )
        if (bytesRead === 0) break
        done += bytesRead
      }
    } catch (error) {
      throw unreadable(this.#path, error)
    }
    return done
  }
}
