import type { DataFile } from './data-file.ts'

/** A running SHA-256. */
interface Hasher {
  update(bytes: Uint8Array): void
  /** The digest in lower-case hex. The hasher cannot be used afterwards. */
  digest(): string
}

/** A file that is being written to the cache. Readers do not see it before `commit`. */
export interface Part {
  /** Bytes written so far; greater than 0 at the start where an interrupted download is continued. */
  readonly size: number
  append(bytes: Uint8Array): Promise<void>
  /** Discards the bytes. */
  reset(): Promise<void>
  /** The bytes written so far, for reading. */
  file(): DataFile
  /** Moves the file to its place atomically; an existing file is replaced. */
  commit(): Promise<void>
  /** Closes without committing. `keep` keeps the bytes, where possible, so that a later download continues from them. */
  close(options: { keep: boolean }): Promise<void>
}

/** A store of downloads and decoded pictures between runs. Names are like `fashion-mnist/train-labels-idx1-ubyte.gz`. */
export interface Cache {
  /** For messages: a folder, or the name of the browser's store. */
  readonly location: string
  find(name: string): Promise<DataFile | undefined>
  begin(name: string): Promise<Part>
  /**
   * Removes what interrupted processes left in a folder, and its least recently used files until the others have at
   * most `limit` bytes. Marks `used` as used now.
   */
  sweep(folder: string, limit: number, used: string): Promise<void>
}

/** Everything that differs between Node and a browser. Errors are `TreadleError`s. */
export interface Platform {
  /** Whether files can be opened by path. */
  readonly hasPaths: boolean
  environment(name: string): string | undefined
  sha256(): Hasher
  /** Decompresses gzip as a stream, with chunks as in `DataFile.stream`. `name` is used in error messages. */
  gunzip(packed: AsyncIterable<Uint8Array>, name: string): AsyncIterable<Uint8Array>
  /**
   * Codecs of the host, by Parquet's names: each unpacks to at most `size` bytes, and throws if there are more.
   */
  readonly codecs: Readonly<
    Partial<Record<'BROTLI' | 'GZIP' | 'ZSTD', (packed: Uint8Array, size: number) => Uint8Array>>
  >
  /** Opens a file by path; undefined if it does not exist. */
  openFile(path: string): Promise<DataFile | undefined>
  /** All files at most `depth` levels below a folder, sorted by path; undefined if the folder does not exist. */
  listFiles(folder: string, depth: number): Promise<DataFile[] | undefined>
  /** The paths of all folders at most `depth` levels below a folder, with forward slashes. */
  listFolders(folder: string, depth: number): Promise<string[]>
  /** A file of this package. A bundler may have renamed it or turned it into a data URL. */
  asset(url: URL, name: string): DataFile
  openCache(directory: string | undefined): Cache
  /** `fetch` with a limited number of redirects, none of them from https to http. */
  request(url: string, init: { headers: Record<string, string>; signal: AbortSignal }): Promise<Response>
}
