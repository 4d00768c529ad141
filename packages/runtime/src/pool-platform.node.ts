import { Worker } from 'node:worker_threads'
import type { ThreadMessage } from './pool/mailbox.ts'
import type { PoolPlatform } from './pool/platform.ts'

export const platform: PoolPlatform = {
  callerWorks: true,
  openThread(setup, onMessage, onEnd) {
    // Our worker is plain JavaScript: the process's loaders and inspector flags are not for it.
    const worker = new Worker(new URL('../dist/pool/worker.node.js', import.meta.url), {
      workerData: setup,
      execArgv: [],
    })
    let asked = false
    worker.on('message', (message: ThreadMessage) => {
      // Until it is ready it keeps the process alive, so that waiting for it is not the end of the program.
      if (message.kind === 'ready') worker.unref()
      onMessage(message)
    })
    worker.on('error', (error) => onEnd(String(error)))
    worker.on('exit', (code) => {
      if (!asked) onEnd(`it ended with exit code ${code}`)
    })
    return {
      async terminate() {
        asked = true
        await worker.terminate()
      },
    }
  },
  breathe: async () => {},
}
