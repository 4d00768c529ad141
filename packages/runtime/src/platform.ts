import type { ThreadPort } from './tfjs-module.ts'

/** A thing that is off, and what to do about it. `code` is stable; `message` is for people. */
export interface RuntimeNote {
  readonly code:
    | 'NO_SIMD'
    | 'NO_ATOMICS'
    | 'NO_SHARED_MEMORY'
    | 'NOT_ISOLATED'
    | 'ONE_CORE'
    | 'SMALLER_MEMORY'
  readonly message: string
}

/** What differs between Node.js and the browser: `platform.node.ts` and `platform.browser.ts`. */
export interface Platform {
  /** Product and version, as `treadle doctor` prints it. */
  readonly name: string
  /** False in a page that may not share memory; undefined where the question does not arise. */
  readonly isolated: boolean | undefined
  /** Why memory cannot be shared with other threads here; undefined where it can. */
  readonly obstacle: RuntimeNote | undefined
  /** Logical cores this process may use, at least 1. */
  cores(): number
  /** Opens one of the backend's threads. In Node it does not keep the process alive. */
  openThread(): ThreadPort
  /** Gives the core to other threads for about `milliseconds`, where the calling thread may block; else does nothing. */
  pause(milliseconds: number): void
  /** Reads the whole of a file or response. Rejects with the system's own error. */
  readBytes(url: URL, signal: AbortSignal): Promise<BufferSource>
}
