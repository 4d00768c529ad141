import type { Answer } from './decoders/message.ts'
import type { DecodersPlatform } from './decoders/platform.ts'

export const platform: DecodersPlatform = {
  cores: () => globalThis.navigator?.hardwareConcurrency || 1,
  openWorker(onAnswer, onEnd) {
    // Keep the whole expression together: bundlers search for this pattern.
    const worker = new Worker(new URL('../dist/decoding-worker.browser.js', import.meta.url), {
      type: 'module',
    })
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => onAnswer(data))
    worker.addEventListener('messageerror', onEnd)
    worker.addEventListener('error', (event) => {
      // The calling thread takes over, so nothing failed.
      event.preventDefault()
      onEnd()
    })
    return {
      send: (order, transfer) => worker.postMessage(order, transfer),
      terminate: async () => worker.terminate(),
    }
  },
}
