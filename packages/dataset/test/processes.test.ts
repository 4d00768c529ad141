import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect } from 'vitest'
import { loadFashionMnist } from '../src/fashion-mnist/load.ts'
import { fullFile, serveFashionMnist } from './mirror.ts'
import { fullFashionMnist, testWith } from './real-data.ts'
import { sendFile } from './server.ts'
import { temporaryFolder } from './temporary-folder.ts'

const images = 'train-images-idx3-ubyte.gz'
const script = fileURLToPath(new URL('load-in-process.mjs', import.meta.url))

interface Outcome {
  readonly kind?: string
  readonly train?: number
  readonly code?: string
  readonly warnings: string[]
}

function start(
  options: object,
  shell?: string,
): { child: ChildProcess; outcome: Promise<Outcome>; reached: (pattern: RegExp) => Promise<void> } {
  const command = [process.execPath, script, JSON.stringify(options)]
  const child = shell
    ? spawn('sh', ['-c', `${shell}; exec "$@"`, 'sh', ...command])
    : spawn(command[0] as string, command.slice(1))
  let out = ''
  let log = ''
  child.stdout?.on('data', (text) => (out += text))
  child.stderr?.on('data', (text) => (log += text))
  return {
    child,
    outcome: once(child, 'close').then(() => {
      if (!out) throw new Error(`The process printed nothing. ${log.slice(-2000)}`)
      return JSON.parse(out) as Outcome
    }),
    reached: async (pattern) => {
      while (!pattern.test(log)) await once(child.stderr as NodeJS.ReadableStream, 'data')
    },
  }
}

describe('processes that download', () => {
  testWith(fullFashionMnist)(
    'one that is killed leaves no file that is taken for whole, and the next goes on',
    async () => {
      const cacheDirectory = await temporaryFolder()
      const folder = join(cacheDirectory, 'fashion-mnist')
      let held = true
      const server = await serveFashionMnist({
        [images]: async (request, response) => {
          const bytes = await fullFile(images)
          sendFile(request, response, bytes, held ? 5_000_000 : bytes.length)
        },
      })
      const options = { source: 'download', cacheDirectory, mirrors: [server.url] }
      const { child, outcome, reached } = start(options)
      outcome.catch(() => {})
      await reached(new RegExp(`download ${images} [1-5]\\d{6}\n`))
      child.kill('SIGKILL')
      await once(child, 'close')
      expect(await readdir(folder)).not.toContain(images)
      held = false
      const { source, train } = await loadFashionMnist({ ...options, source: 'download' })
      expect([source.kind, train.count]).toEqual(['download', 60_000])
      expect(server.requests.findLast(({ path }) => path.endsWith(images))?.range).toMatch(
        /^bytes=[1-5]\d{6}-$/,
      )
      expect((await readdir(folder)).filter((name) => !name.endsWith('ubyte.gz'))).toEqual([])
    },
  )

  testWith(fullFashionMnist)('two at once do not harm each other', async () => {
    const cacheDirectory = await temporaryFolder()
    const server = await serveFashionMnist()
    const options = { source: 'download', cacheDirectory, mirrors: [server.url] }
    const outcomes = await Promise.all([start(options).outcome, start(options).outcome])
    for (const outcome of outcomes) expect(outcome).toMatchObject({ train: 60_000, warnings: [] })
    const cached = await loadFashionMnist({ source: 'cache', cacheDirectory })
    expect(cached.train.count).toBe(60_000)
    expect(
      (await readdir(join(cacheDirectory, 'fashion-mnist'))).filter((name) => name.endsWith('.part')),
    ).toEqual([])
  })

  testWith(fullFashionMnist)('one whose disk is full uses the download all the same', async () => {
    const cacheDirectory = await temporaryFolder()
    await mkdir(join(cacheDirectory, 'fashion-mnist'))
    const server = await serveFashionMnist()
    // The shell's limit on the size of a file, in blocks of 512 or 1,024 bytes, ends writing as a full disk does.
    const { outcome } = start({ source: 'download', cacheDirectory, mirrors: [server.url] }, 'ulimit -f 2000')
    expect(await outcome).toEqual({
      kind: 'download',
      train: 60_000,
      test: 10_000,
      warnings: ['DATASET_CACHE'],
    })
    const kept = await readdir(join(cacheDirectory, 'fashion-mnist'))
    expect(kept.toSorted()).toEqual(['t10k-labels-idx1-ubyte.gz', 'train-labels-idx1-ubyte.gz'])
  })

  testWith(fullFashionMnist)('one that is aborted leaves its part for the next', async () => {
    const cacheDirectory = await temporaryFolder()
    const server = await serveFashionMnist({
      [images]: async (request, response) => sendFile(request, response, await fullFile(images), 5_000_000),
    })
    const controller = new AbortController()
    const loading = loadFashionMnist({
      source: 'download',
      cacheDirectory,
      mirrors: [server.url],
      signal: controller.signal,
      onProgress: ({ file, loaded }) =>
        void (file === images && loaded > 4_000_000 && controller.abort(new Error('enough'))),
    })
    await expect(loading).rejects.toThrow('enough')
    const left = (await readdir(join(cacheDirectory, 'fashion-mnist'))).filter((name) =>
      name.startsWith(images),
    )
    expect(left).toEqual([expect.stringMatching(/\.free\..*\.part$/)])
  })
})
