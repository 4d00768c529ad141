import type { ThreadMessage } from './pool/mailbox.ts'
import type { PoolPlatform } from './pool/platform.ts'

export const platform: PoolPlatform = {
  callerWorks: false,
  openThread(setup, onMessage, onEnd) {
    // Keep the whole expression together: bundlers search for this pattern.
    const worker = new Worker(new URL('../dist/pool/worker.browser.js', import.meta.url), {
      type: 'module',
    })
    worker.addEventListener('message', (event: MessageEvent<ThreadMessage>) => onMessage(event.data))
    worker.addEventListener('error', (event) => onEnd(event.message || 'its file did not load'))
    worker.postMessage(setup, [])
    return { terminate: async () => worker.terminate() }
  },
  breathe: () =>
    new Promise((resolve) => {
      // A message arrives without delay. Browsers delay timers by at least 4 ms, and by up to a second in a hidden tab.
      const { port1, port2 } = new MessageChannel()
      port1.addEventListener('message', () => {
        port1.close()
        resolve()
      })
      port1.start()
      port2.postMessage(undefined)
    }),
}
