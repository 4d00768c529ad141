import type { RunOwner, RunStore } from './store/store.ts'

/** What differs between Node.js and a browser. */
export interface Platform {
  /** Node.js: the run directory at a path. Browser: the run of that name in IndexedDB. */
  openStore(directory: string): RunStore
  /** Whether another process of this machine has the number; for records of earlier versions, which have only that. */
  isAlive(process: RunOwner): boolean
  /** Hex. A text is hashed as UTF-8. */
  sha256(data: string | Uint8Array): string
  /** Lets the engine compile fast math, where that needs a switch. */
  allowFastMath(): void
  /** Of the program that runs, for the record of a run. */
  versions(): Readonly<Record<string, string>>
}
