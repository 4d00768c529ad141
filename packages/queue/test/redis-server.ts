import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../../test/support/free-port.ts'

interface ServerOptions {
  /** The words that run it, as those of a network namespace. */
  readonly within?: readonly string[]
  readonly flags?: readonly string[]
}

/** A Redis server of a test, in a folder of its own. */
export class RedisServer {
  readonly port: number
  readonly url: string
  readonly #folder: string
  readonly #within: readonly string[]
  readonly #flags: readonly string[]
  #process: ChildProcess | undefined

  private constructor(port: number, folder: string, { within = [], flags = [] }: ServerOptions) {
    this.port = port
    this.url = `redis://localhost:${port}`
    this.#folder = folder
    this.#within = within
    this.#flags = flags
  }

  static async start(options: ServerOptions = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'treadle-redis-'))
    const server = new RedisServer(await freePort(), folder, options)
    await server.start()
    return server
  }

  async start(): Promise<void> {
    const files = ['--dir', this.#folder, '--appendonly', 'yes', '--save', '']
    const args = ['--port', String(this.port), ...files, ...this.#flags]
    const [program, ...words] = [...this.#within, 'redis-server', ...args] as [string, ...string[]]
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#process = child
    const failed = once(child, 'error').then(([error]) => {
      throw new Error('These tests need redis-server: apt-get install redis-server', { cause: error })
    })
    const ready = (async () => {
      let text = ''
      for await (const part of child.stdout) {
        text += String(part)
        if (text.includes('Ready to accept connections')) break
      }
      if (child.exitCode !== null) throw new Error(`redis-server has ended: ${text}`)
    })()
    await Promise.race([ready, failed])
    child.stdout.resume()
    failed.catch(() => {})
  }

  /** As a machine that is restarted: what was not written to the disk is lost. */
  async kill(): Promise<void> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null) return
    const ended = once(child, 'close')
    child.kill('SIGKILL')
    await ended
  }

  async close(): Promise<void> {
    await this.kill()
    await delay(10)
    await rm(this.#folder, { recursive: true, force: true })
  }
}
