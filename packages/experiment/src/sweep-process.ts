import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Flags of the engine, for memory and WASM. */
const OF_ENGINE = /^--(no-)?(wasm|experimental-wasm|max-|stack-size)/

/** Starts a worker process of a sweep. The file is beside this one in the build. */
export function startSweepProcess(): ChildProcess {
  const file = fileURLToPath(new URL('../dist/sweep-worker.js', import.meta.url))
  return fork(file, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The file is plain JavaScript: it needs no loader, and a debugger's port is taken.
    execArgv: process.execArgv.filter((flag) => OF_ENGINE.test(flag)),
  })
}
