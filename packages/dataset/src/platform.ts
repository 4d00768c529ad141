import type { DataFile } from './data-file.ts'

/** A running SHA-256. */
interface Hasher {
  update(bytes: Uint8Array): void
  /** The digest in lower-case hex. The hasher is spent afterwards. */
  digest(): string
}

/** A file on its way into the cache: nobody takes it for whole before `commit`. */
export interface Part {
  /** Bytes written so far; more than 0 at the start where an interrupted download left some. */
  readonly size: number
  append(bytes: Uint8Array): Promise<void>
  /** Throws the bytes away and starts again from nothing. */
  reset(): Promise<void>
  /** What was written so far, for reading. */
  file(): DataFile
  /** Puts the file in its place in one step; it replaces one that is there. */
  commit(): Promise<void>
  /** Lets go without committing. `keep` leaves the bytes for a later download to go on from, where that is possible. */
  close(options: { keep: boolean }): Promise<void>
}

/** Where downloads are kept between runs. Names are like `fashion-mnist/train-labels-idx1-ubyte.gz`. */
export interface Cache {
  /** For messages: a folder, or the name of the browser's store. */
  readonly location: string
  find(name: string): Promise<DataFile | undefined>
  begin(name: string): Promise<Part>
}

/** What differs between Node and a browser, and nothing else. Errors are `TreadleError`s. */
export interface Platform {
  /** Whether files can be opened by path. */
  readonly hasPaths: boolean
  environment(name: string): string | undefined
  sha256(): Hasher
  /** Unpacks gzip as it flows; chunks as `DataFile.stream` gives them. `name` is for the message when it is damaged. */
  gunzip(packed: AsyncIterable<Uint8Array>, name: string): AsyncIterable<Uint8Array>
  /** A file by path, or undefined if there is none. */
  openFile(path: string): Promise<DataFile | undefined>
  /** All files under a folder, `depth` levels deep, sorted by path, or undefined if there is no such folder. */
  listFiles(folder: string, depth: number): Promise<DataFile[] | undefined>
  /** A file that is part of this package. A bundler may have renamed it or put it into the address itself. */
  asset(url: URL, name: string): DataFile
  openCache(directory: string | undefined): Cache
  /** `fetch` that follows redirects, few of them and none from https to http. */
  request(url: string, init: { headers: Record<string, string>; signal: AbortSignal }): Promise<Response>
}
