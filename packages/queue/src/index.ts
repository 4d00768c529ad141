export { connectQueue } from './coordinator/trial-queue.ts'
export type { QueueOptions, TrialQueue } from './coordinator/trial-queue.ts'
export { workOnQueue } from './worker/queue-worker.ts'
export type { QueueWorkerEvent, QueueWorkerOptions } from './worker/queue-worker.ts'
