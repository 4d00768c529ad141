import { Worker } from 'node:worker_threads'

/** Starts a training thread. The file is beside this one in the build: plain JavaScript, which needs no loader. */
export function startThread(): Worker {
  return new Worker(new URL('../dist/train-thread.js', import.meta.url), { execArgv: [] })
}
