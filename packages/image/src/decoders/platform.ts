import type { Answer, Order } from './message.ts'

/** One worker. It answers one order at a time. */
export interface DecodingWorker {
  /** @param transfer memory of the order that is handed over, not copied */
  send(order: Order, transfer: ArrayBuffer[]): void
  terminate(): Promise<void>
}

/** The functions that differ between Node.js (`decoders-platform.node.ts`) and the browser (`decoders-platform.browser.ts`). */
export interface DecodersPlatform {
  /** Logical cores. */
  cores(): number
  /**
   * Starts a worker.
   * @param onEnd called if the worker fails or ends before `terminate`
   * @throws where workers are not available or not allowed
   */
  openWorker(onAnswer: (answer: Answer) => void, onEnd: () => void): DecodingWorker
}
