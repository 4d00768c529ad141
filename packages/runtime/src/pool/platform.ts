import type { ThreadMessage, ThreadSetup } from './mailbox.ts'

/** One thread of a pool. */
export interface PoolThread {
  terminate(): Promise<void>
}

/** The functions that differ between Node.js (`pool-platform.node.ts`) and the browser (`pool-platform.browser.ts`). */
export interface PoolPlatform {
  /**
   * Whether the calling thread works on the job too and blocks until it is done. The main thread of a page must not
   * block: there the pool does all the work, and each thread reports its end in a message.
   */
  readonly callerWorks: boolean
  /**
   * Starts a thread.
   * @param onEnd called if the thread ends before `terminate`
   */
  openThread(
    setup: ThreadSetup,
    onMessage: (message: ThreadMessage) => void,
    onEnd: (reason: string) => void,
  ): PoolThread
  /** Keeps a page responsive: resolves after the page has handled its pending events. */
  breathe(): Promise<void>
}
