import type { RunOwner, RunStore } from './store/store.ts'

/** A place that looks like a run. */
export interface FoundRun {
  readonly location: string
  /** Size of its record and history together. */
  readonly bytes: number
}

/** What differs between Node.js and a browser. */
export interface Platform {
  /** Node.js: the run directory at a path. Browser: the run of that name in IndexedDB. */
  openStore(directory: string): RunStore
  /** Node.js: the run directories in and below a folder. Browser: the runs whose names begin with the text. */
  findRuns(folder: string): Promise<FoundRun[]>
  /** Whether another process of this machine has the number; for records of earlier versions, which have only that. */
  isAlive(process: RunOwner): boolean
  /** Hex. A text is hashed as UTF-8. */
  sha256(data: string | Uint8Array): string
  /** Lets the engine compile fast math, where that needs a switch. */
  allowFastMath(): void
  /** Of the program that runs, for the record of a run. */
  versions(): Readonly<Record<string, string>>
}
