import { platform } from '#platform'
import { type Preprocessing, isTreadleError } from '@treadle/core'
import { PICTURES_VERSION, type PreparedFile } from '@treadle/image'
import { ahead } from '../ahead.ts'
import { untilAborted } from '../bytes.ts'
import { PICTURES_FOLDER, cacheOf } from '../cache-options.ts'
import type { DataFile, RandomAccess } from '../data-file.ts'
import type { LoadOptions } from '../options.ts'
import type { Cache, Part } from '../platform.ts'
import { type ContractParts, partsOf } from './contract-options.ts'
import { DecidedContracts, textOf } from './decided-contracts.ts'
import { pictureChunks } from './picture-chunks.ts'
import { type PictureRecord, type PlacedRecord, encodeRecord, hashOfRecord, readRecords } from './records.ts'
import { RecordPlaces, StoredPictures } from './stored-pictures.ts'

/** Bytes of all sets together, unless the environment variable `TREADLE_CACHE_LIMIT` gives another number. */
const LIMIT = 4 * 2 ** 30
const AT_ONCE = 9

export interface CacheOptions extends LoadOptions {
  readonly cache?: boolean | undefined
  /** Bytes that the pictures may take in memory. More are read from the cache, which is then used in any case. */
  readonly memory?: number | undefined
  readonly cacheDirectory?: string | undefined
}

/** What decides the prepared pictures of a list, besides the content of its files. */
interface SetOptions {
  readonly given: ContractParts
  /** The first files are for training. */
  readonly training: number
}

/**
 * The prepared pictures of a list, in the cache: those of an earlier load, or those that are written now. The key is the
 * content of the files and the contract, so that names and places do not matter. A set is seen by others when it is
 * complete. Where a picture is missing or damaged, the whole set is written again: what is sound of it, and what is decoded.
 */
export class DecodedSet {
  readonly #cache: Cache
  readonly #name: string
  readonly #hashes: readonly string[]
  readonly #limit: number
  /** What the pictures were prepared by. It decides, for the same files, what the contract asked for says. */
  readonly given: ContractParts
  readonly #decided: DecidedContracts
  readonly #onWarning: LoadOptions['onWarning']
  /** An earlier set that has not missed a picture so far. */
  #found: DataFile | undefined
  readonly #records: AsyncGenerator<PlacedRecord, void, void> | undefined
  #next: PlacedRecord | undefined
  #last: Promise<unknown> = Promise.resolve()
  #part: Part | undefined
  /** The set, open for reading, and where its pictures are. */
  #opened: RandomAccess | undefined
  readonly #places: RecordPlaces

  private constructor(
    cache: Cache,
    name: string,
    hashes: readonly string[],
    { limit, found, part, given, decided, onWarning }: Opened,
  ) {
    this.#cache = cache
    this.#name = name
    this.#hashes = hashes
    this.#limit = limit
    this.given = given
    this.#decided = decided
    this.#onWarning = onWarning
    this.#found = found
    this.#records = found && readRecords(found)
    this.#part = part
    this.#opened = (found ?? part?.file())?.open?.()
    this.#places = new RecordPlaces(hashes.length)
  }

  /** Undefined where nothing is to be cached. It reads all files once. */
  static async open(
    files: readonly DataFile[],
    { given, training }: SetOptions,
    options: CacheOptions,
  ): Promise<DecodedSet | undefined> {
    const limit = cacheLimit()
    const wanted = options.cache === true || options.memory !== undefined
    if (!wanted || !platform.hasPaths || limit === 0) return undefined
    const hashes: string[] = []
    for await (const [, hash] of untilAborted(ahead(files, AT_ONCE, hashOf), options.signal))
      hashes.push(hash)
    const nameOf = (parts: ContractParts) => {
      const hasher = platform.sha256()
      const key = JSON.stringify([PICTURES_VERSION, textOf(parts), training, hashes])
      hasher.update(new TextEncoder().encode(key))
      return hasher.digest()
    }
    const { onWarning } = options
    const cache = cacheOf(options)
    const decided = new DecidedContracts(cache, nameOf)
    const find = (parts: ContractParts) =>
      cache.find(`${PICTURES_FOLDER}/${nameOf(parts)}`).catch(() => undefined)
    for (const parts of [given, await decided.find(given)]) {
      const found = parts && (await find(parts))
      if (!found) continue
      const name = `${PICTURES_FOLDER}/${nameOf(parts)}`
      return new DecodedSet(cache, name, hashes, { limit, found, given: parts, decided, onWarning })
    }
    const name = `${PICTURES_FOLDER}/${nameOf(given)}`
    try {
      const part = await newPart(cache, name)
      return new DecodedSet(cache, name, hashes, { limit, part, given, decided, onWarning })
    } catch (error) {
      warn(error, onWarning)
      return undefined
    }
  }

  /** The picture if the set has it. Pictures are asked for in the order in which they were written. */
  read(index: number, pass: number): Promise<PreparedFile | undefined> {
    const answer = this.#last.then(() => this.#read(index, pass))
    this.#last = answer
    return answer
  }

  async #read(index: number, pass: number): Promise<PreparedFile | undefined> {
    if (!this.#records) return undefined
    // A read error is damage too.
    this.#next ??= (await this.#records.next().catch(() => undefined))?.value ?? undefined
    if (this.#next?.index !== index || this.#next.pass !== pass) return undefined
    const { file, position, length, hash } = this.#next
    if (this.#found) this.#places.set(index, position, length, hash)
    this.#next = undefined
    return file
  }

  /** The hash of a file for `write`. */
  digest(bytes: Uint8Array): string {
    const hasher = platform.sha256()
    hasher.update(bytes)
    return hasher.digest()
  }

  /**
   * Takes a picture of the list, in order.
   * @param hash of the file that was decoded; undefined for a picture that `read` gave
   */
  async write(record: PictureRecord, hash: string | undefined): Promise<void> {
    try {
      if (hash !== undefined && this.#found) await this.#startAgain(record)
      // The file has changed since it was hashed.
      if (hash !== undefined && hash !== this.#hashes[record.index]) return await this.#stop()
      await this.#append(record)
    } catch (error) {
      warn(error, this.#onWarning)
      await this.#stop()
    }
  }

  async #append(record: PictureRecord): Promise<void> {
    if (!this.#part) return
    const bytes = encodeRecord(record)
    this.#places.set(record.index, this.#part.size, bytes.length, hashOfRecord(bytes))
    await this.#part.append(bytes)
  }

  /** Begins to write a set that lacks `missing`, with the pictures before it. */
  async #startAgain(missing: PictureRecord): Promise<void> {
    const found = this.#found as DataFile
    this.#found = undefined
    this.#part = await newPart(this.#cache, this.#name)
    this.#opened = this.#part.file().open?.()
    for await (const record of readRecords(found)) {
      if (record.pass > missing.pass || (record.pass === missing.pass && record.index >= missing.index)) break
      await this.#append(record)
    }
  }

  /** Whether the pictures so far can be read again. */
  get holdsAll(): boolean {
    return this.#opened !== undefined
  }

  /** The pictures of a complete set, which are read from the cache when they are needed. */
  stored(options: { readonly size: number; readonly memory: number }, indices: Uint32Array): StoredPictures {
    const name = `${this.#cache.location}/${this.#name}`
    return new StoredPictures(
      { file: this.#opened as RandomAccess, name, places: this.#places, ...options },
      indices,
    )
  }

  /**
   * Makes a complete set visible, and removes the sets that were not used for longest from a full cache.
   * @param contract of a complete set
   */
  async close(contract: Preprocessing | undefined): Promise<void> {
    await this.#records?.return()
    try {
      if (!contract) await this.#stop()
      await this.#part?.commit()
      if (contract && this.holdsAll) await this.#decided.keep(partsOf(contract), this.given)
      await this.#cache.sweep(PICTURES_FOLDER, this.#limit, this.#name)
    } catch (error) {
      warn(error, this.#onWarning)
      await this.#stop()
    }
  }

  async #stop(): Promise<void> {
    await this.#part?.close({ keep: false })
    this.#part = undefined
    this.#opened = undefined
  }
}

async function newPart(cache: Cache, name: string): Promise<Part> {
  const part = await cache.begin(name)
  await part.reset()
  return part
}

interface Opened {
  readonly limit: number
  readonly given: ContractParts
  readonly decided: DecidedContracts
  readonly found?: DataFile
  readonly part?: Part
  readonly onWarning: LoadOptions['onWarning']
}

/** SHA-256 of a file, or a text for one that cannot be read, which is not in the set. */
async function hashOf(file: DataFile): Promise<string> {
  const hasher = platform.sha256()
  try {
    for await (const chunk of pictureChunks(file)) hasher.update(chunk)
    return hasher.digest()
  } catch (error) {
    if (isTreadleError(error)) return 'unreadable'
    throw error
  }
}

function cacheLimit(): number {
  const limit = Number(platform.environment('TREADLE_CACHE_LIMIT') || LIMIT)
  return limit >= 0 ? limit : LIMIT
}

function warn(error: unknown, onWarning: LoadOptions['onWarning']): void {
  if (!isTreadleError(error)) throw error
  onWarning?.({ code: error.code, message: `${error.message} The decoded pictures are used but not cached.` })
}
