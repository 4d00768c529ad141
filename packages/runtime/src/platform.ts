import type { ThreadPort } from './tfjs-module.ts'

/** A feature that is off, and how to turn it on. `code` is stable; `message` is text for people. */
export interface RuntimeNote {
  readonly code:
    | 'NO_SIMD'
    | 'NO_ATOMICS'
    | 'NO_SHARED_MEMORY'
    | 'NO_WORKERS'
    | 'NOT_ISOLATED'
    | 'ONE_CORE'
    | 'ONE_THREAD_BINARY'
    | 'SMALLER_MEMORY'
  readonly message: string
}

/** The functions that differ between Node.js (`platform.node.ts`) and the browser (`platform.browser.ts`). */
export interface Platform {
  /** Product and version, as `treadle doctor` prints it. */
  readonly name: string
  /** Whether the page is cross-origin isolated, which shared memory requires; undefined in Node.js. */
  readonly isolated: boolean | undefined
  /** The reason why memory cannot be shared between threads; undefined if it can. */
  readonly obstacle: RuntimeNote | undefined
  /** Logical cores this process may use, at least 1. */
  cores(): number
  /** Starts one of the backend's threads. In Node.js it does not keep the process alive. */
  openThread(): ThreadPort
  /** Yields the core to other threads for about `milliseconds`. Does nothing if the calling thread must not block. */
  pause(milliseconds: number): void
  /** Reads a whole file or response. Rejects with the error of the system. */
  readBytes(url: URL, signal: AbortSignal): Promise<BufferSource>
}
