import { parentPort, workerData } from 'node:worker_threads'
import type { ThreadSetup } from './mailbox.ts'
import { serve } from './thread.ts'

// The caller works too and meets the others in memory: it has no use for word of each job.
await serve(workerData as ThreadSetup, (message) => {
  if (message.kind !== 'done') parentPort?.postMessage(message, [])
})
