import type { RunStore } from './store/store.ts'

/** A process that trains. */
export interface TrainingProcess {
  readonly pid: number
  readonly host: string
}

/** What differs between Node.js and a browser. */
export interface Platform {
  /** Node.js: the run directory at a path. Browser: the run of that name in IndexedDB. */
  openStore(directory: string): RunStore
  /** This process, where processes have numbers. */
  readonly process: TrainingProcess | undefined
  /** Whether another process of this machine is alive. */
  isAlive(process: TrainingProcess): boolean
  /** Lets the engine compile fast math, where that needs a switch. */
  allowFastMath(): void
  /** Of the program that runs, for the record of a run. */
  versions(): Readonly<Record<string, string>>
}
