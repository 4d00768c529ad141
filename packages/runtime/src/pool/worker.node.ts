import { parentPort, workerData } from 'node:worker_threads'
import type { ThreadSetup } from './mailbox.ts'
import { serve } from './thread.ts'

// The calling thread also works and synchronises through shared memory, so it needs no `done` messages.
await serve(workerData as ThreadSetup, (message) => {
  if (message.kind !== 'done') parentPort?.postMessage(message, [])
})
