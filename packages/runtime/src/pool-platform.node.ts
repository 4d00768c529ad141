import { Worker } from 'node:worker_threads'
import type { ThreadMessage } from './pool/mailbox.ts'
import type { PoolPlatform } from './pool/platform.ts'

export const platform: PoolPlatform = {
  callerWorks: true,
  openThread(setup, onMessage, onEnd) {
    // The worker is plain JavaScript. It needs no loader, and must not inherit the inspector flags of the process.
    const worker = new Worker(new URL('../dist/pool/worker.node.js', import.meta.url), {
      workerData: setup,
      execArgv: [],
    })
    let terminating = false
    worker.on('message', (message: ThreadMessage) => {
      // A starting worker keeps the process alive. Otherwise the process would end while it waits for the worker.
      if (message.kind === 'ready') worker.unref()
      onMessage(message)
    })
    worker.on('error', (error) => onEnd(String(error)))
    worker.on('exit', (code) => {
      if (!terminating) onEnd(`it ended with exit code ${code}`)
    })
    return {
      async terminate() {
        terminating = true
        await worker.terminate()
      },
    }
  },
  breathe: async () => {},
}
