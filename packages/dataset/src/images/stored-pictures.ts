import { type StoredImages, TreadleError } from '@treadle/core'
import type { RandomAccess } from '../data-file.ts'
import { HASH, pixelsOfRecord } from './records.ts'

/** Reads at the same time: more do not make a disk faster. */
const AT_ONCE = 16

/** Where the pictures of a list are in a file of records. */
export class RecordPlaces {
  readonly positions: Float64Array
  readonly lengths: Uint32Array
  readonly hashes: Uint8Array

  constructor(count: number) {
    this.positions = new Float64Array(count)
    this.lengths = new Uint32Array(count)
    this.hashes = new Uint8Array(count * HASH)
  }

  set(index: number, position: number, length: number, hash: Uint8Array): void {
    this.positions[index] = position
    this.lengths[index] = length
    this.hashes.set(hash, index * HASH)
  }
}

/** Memory for one record after the other: the garbage collector frees buffers late. */
class Room {
  #bytes = new Uint8Array(0)

  of(length: number): Uint8Array {
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(length)
    return this.#bytes.subarray(0, length)
  }
}

interface Storage {
  readonly file: RandomAccess
  /** For messages. */
  readonly name: string
  readonly places: RecordPlaces
  readonly memory: number
  /** Bytes of one image. */
  readonly size: number
}

/**
 * Prepared pictures in the cache, read from there whenever they are needed. Each is compared with the SHA-256 that it had
 * when the set was loaded.
 * @throws TreadleError from reads `DATASET_CACHE_CHANGED`, `DATASET_UNREADABLE`
 */
export class StoredPictures implements StoredImages {
  readonly #storage: Storage
  /** The place of each image in the list of the file's pictures. */
  readonly #indices: Uint32Array

  constructor(storage: Storage, indices: Uint32Array) {
    this.#storage = storage
    this.#indices = indices
  }

  get count(): number {
    return this.#indices.length
  }

  get size(): number {
    return this.#storage.size
  }

  get memory(): number {
    return this.#storage.memory
  }

  read(from: number, to: number): Uint8Array {
    const { file, places, size } = this.#storage
    const images = new Uint8Array((to - from) * size)
    const room = new Room()
    for (let i = from; i < to; i++) {
      const index = this.#indices[i] as number
      const record = room.of(places.lengths[index] as number)
      const length = file.readNow(places.positions[index] as number, record)
      this.#put(index, record.subarray(0, length), images, i - from)
    }
    return images
  }

  async gather(indices: Uint32Array): Promise<Uint8Array> {
    const { file, places, size } = this.#storage
    const images = new Uint8Array(indices.length * size)
    let next = 0
    const reader = async () => {
      const room = new Room()
      while (next < indices.length) {
        const at = next++
        const index = this.#indices[indices[at] as number] as number
        const record = room.of(places.lengths[index] as number)
        const length = await file.read(places.positions[index] as number, record)
        this.#put(index, record.subarray(0, length), images, at)
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, indices.length) }, reader))
    return images
  }

  select(indices: ArrayLike<number>): StoredPictures {
    const chosen = Uint32Array.from(indices, (index) => this.#indices[index] as number)
    return new StoredPictures(this.#storage, chosen)
  }

  #put(index: number, record: Uint8Array, images: Uint8Array, at: number): void {
    const { places, size, name } = this.#storage
    const pixels = pixelsOfRecord(record, places.hashes.subarray(index * HASH, (index + 1) * HASH))
    if (pixels === undefined)
      throw new TreadleError(
        'DATASET_CACHE_CHANGED',
        `Reading ${name}: picture ${index} is not what it was when the data were loaded; the file was cut or changed. ` +
          'Load the data again, which repairs the file, and continue from the last checkpoint.',
      )
    const start = at * size
    if (pixels.length === size) images.set(pixels, start)
    // A grey picture among coloured ones.
    else
      for (let i = 0; i < pixels.length; i++)
        images.fill(pixels[i] as number, start + 3 * i, start + 3 * i + 3)
  }
}
