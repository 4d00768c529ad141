import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { Redis } from 'ioredis'

/** A Redis server with an append-only file, as the documentation starts it. */
export async function startRedis() {
  const folder = await mkdtemp(join(tmpdir(), 'treadle-bench-queue-'))
  const port = await freePort()
  const args = ['--port', port, '--dir', folder, '--appendonly', 'yes', '--save', '']
  const child = spawn('redis-server', args.map(String), { stdio: 'ignore' })
  const url = `redis://localhost:${port}`
  const redis = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null })
  // It is not there yet.
  redis.on('error', () => {})
  await redis.ping()
  const close = async () => {
    redis.disconnect()
    child.kill('SIGKILL')
    await once(child, 'close')
    await rm(folder, { recursive: true, force: true })
  }
  return { url, redis, folder, close }
}

async function freePort() {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** A worker process with one training thread. `next(type)` is its next event of a type. */
export async function startWorker(url, ...folder) {
  const child = fork(fileURLToPath(new URL('worker.js', import.meta.url)), [url, ...folder])
  // Without a listener, messages wait for the next one.
  child.on('message', () => {})
  const next = (type) =>
    new Promise((resolve) => {
      const look = (event) => {
        if (event.type !== type) return
        child.off('message', look)
        resolve(event)
      }
      child.on('message', look)
    })
  await next('ready')
  const end = async () => {
    const closed = once(child, 'close')
    child.send('end')
    await closed
  }
  return { next, end }
}

/** The training thread of a worker, without a queue. */
export function startThread() {
  const thread = new Worker(new URL('train-thread.js', import.meta.resolve('@treadle/queue')))
  const train = (job) =>
    new Promise((resolve, reject) => {
      const listen = (report) => {
        if (report.type !== 'end' && report.type !== 'error') return
        thread.off('message', listen)
        if (report.type === 'end') resolve(report)
        else reject(new Error(report.message))
      }
      thread.on('message', listen)
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- of a thread, not of a window
      thread.postMessage({ type: 'train', training: { ...job, threads: 1, checkpoint: undefined } })
    })
  return { train, end: () => thread.terminate() }
}
