import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Transferable } from 'node:worker_threads'
import { fetchBytes } from './fetch-bytes.ts'
import type { Platform, RuntimeNote } from './platform.ts'
import type { ThreadPort } from './tfjs-module.ts'

/** A worker thread with the interface of a Web Worker. It never keeps the process alive. */
class NodeThread implements ThreadPort {
  onmessage: ThreadPort['onmessage'] = null
  onerror: ThreadPort['onerror'] = null
  readonly #worker: Worker
  #terminated = false

  constructor() {
    // The worker is plain JavaScript. It needs no loader, and must not inherit the inspector flags of the process.
    this.#worker = new Worker(new URL('../dist/wasm/worker.node.js', import.meta.url), { execArgv: [] })
    this.#worker.on('message', (data) => this.onmessage?.({ data }))
    this.#worker.on('error', (error) => this.onerror?.(error))
    this.#worker.on('exit', (code) => {
      if (!this.#terminated) this.onerror?.(new Error(`the thread ended with exit code ${code}`))
    })
    this.#worker.unref()
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  async terminate(): Promise<void> {
    this.#terminated = true
    await this.#worker.terminate()
  }
}

const noWorkers: RuntimeNote = {
  code: 'NO_WORKERS',
  message:
    'Threads are off: Node.js runs with --permission and may not start worker threads. Give node --allow-worker.',
}

/** What the permission model says; without `--permission` there is none. */
function mayStartWorkers(): boolean {
  const { permission } = process as { permission?: { has(scope: string): boolean } }
  return permission?.has('worker') ?? true
}

const never = new Int32Array(new SharedArrayBuffer(4))

export const platform: Platform = {
  name: `Node.js ${process.versions.node}`,
  isolated: undefined,
  get obstacle() {
    return mayStartWorkers() ? undefined : noWorkers
  },
  cores: availableParallelism,
  openThread: () => new NodeThread(),
  pause: (milliseconds) => void Atomics.wait(never, 0, 0, milliseconds),
  readBytes: (url, signal) =>
    url.protocol === 'file:' ? readFile(url, { signal }) : fetchBytes(url, signal),
}
