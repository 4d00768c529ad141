import type { ThreadMessage, ThreadSetup } from './mailbox.ts'

/** One thread of a pool. */
export interface PoolThread {
  terminate(): Promise<void>
}

/** What differs between Node.js and the browser: `pool-platform.node.ts` and `pool-platform.browser.ts`. */
export interface PoolPlatform {
  /**
   * Whether the calling thread takes a share of the work and blocks until a job is done. A page may not: there the
   * pool does all of it, and the page hears of the end by message.
   */
  readonly callerWorks: boolean
  /**
   * Opens a thread.
   * @param onEnd called if it ends unasked
   */
  openThread(
    setup: ThreadSetup,
    onMessage: (message: ThreadMessage) => void,
    onEnd: (reason: string) => void,
  ): PoolThread
  /** Lets a page answer its user: resolves when events that waited have been handled. */
  breathe(): Promise<void>
}
