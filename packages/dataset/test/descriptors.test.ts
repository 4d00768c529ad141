import { existsSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { loadDataset, loadIdxFolder, writeIdx } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const COUNT = 3000

async function gzipped(shape: number[], data: Uint8Array): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of writeIdx({ dtype: 'uint8', shape, data })) chunks.push(chunk.slice())
  return gzipSync(Buffer.concat(chunks))
}

const noise = Uint8Array.from({ length: COUNT * 256 }, (_, i) => Math.imul(i * i, 2654435761) >>> 24)
const images = await gzipped([COUNT, 16, 16], noise)
const labels = await gzipped(
  [COUNT],
  Uint8Array.from({ length: COUNT }, (_, i) => i % 3),
)

const changed = (...edits: [at: number, xor: number][]) => {
  const bytes = Buffer.from(images)
  for (const [at, xor] of edits) bytes[at] = (bytes[at] as number) ^ xor
  return bytes
}

const damage: Record<string, Uint8Array> = {
  'flipped bits': changed([images.length >> 1, 4], [images.length >> 2, 0xff]),
  'a flipped header': changed([12, 0xff]),
  'a missing end': images.subarray(0, images.length >> 1),
  'other bytes behind': Buffer.concat([images, Buffer.alloc(100_000, 7)]),
  'other content': gzipSync(Buffer.alloc(3_000_000, 9)),
  'another shape': gzipSync(Buffer.concat([Buffer.from([0, 0, 8, 1, 0, 0, 0, 5]), Buffer.alloc(300_000)])),
}

const open = () => readdirSync('/proc/self/fd').length

// From Node.js 25 on, a file handle that the garbage collector has to close ends the process. Before, it warns.
const warnings: string[] = []
const warned = ({ message }: Error) => warnings.push(message)
process.on('warning', warned)
afterAll(async () => {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  await setTimeout(100)
  process.off('warning', warned)
  expect(warnings.filter((message) => /file descriptor/i.test(message))).toEqual([])
})

test.runIf(existsSync('/proc/self/fd')).each(Object.entries(damage))(
  '%s in a gzip file leaves no open descriptor',
  async (_, bytes) => {
    const folder = await temporaryFolder()
    for (const part of ['train', 't10k']) {
      await writeFile(join(folder, `${part}-images-idx3-ubyte.gz`), part === 'train' ? bytes : images)
      await writeFile(join(folder, `${part}-labels-idx1-ubyte.gz`), labels)
    }
    const load = () => loadIdxFolder(folder).catch((error: unknown) => error)
    await load()
    const before = open()
    for (let i = 0; i < 20; i++) await load()
    await expect.poll(open, { timeout: 10_000 }).toBeLessThanOrEqual(before)
  },
)

test.runIf(existsSync('/proc/self/fd')).each([
  ['a file that is no archive', Buffer.alloc(1_000_000, 65)],
  ['the same, gzipped', gzipSync(noise)],
  ['a damaged zip', Buffer.concat([Buffer.from('PK\x03\x04'), noise])],
  ['an empty file', Buffer.alloc(0)],
])('nor does %s', async (_, bytes) => {
  const path = join(await temporaryFolder(), 'file')
  await writeFile(path, bytes)
  const load = () => loadDataset(path).catch((error: unknown) => error)
  expect(await load()).toBeInstanceOf(Error)
  const before = open()
  for (let i = 0; i < 20; i++) await load()
  await expect.poll(open, { timeout: 10_000 }).toBeLessThanOrEqual(before)
})

test.runIf(existsSync('/proc/self/fd'))('nor does an abort', async () => {
  const folder = await temporaryFolder()
  for (const part of ['train', 't10k']) {
    await writeFile(join(folder, `${part}-images-idx3-ubyte.gz`), images)
    await writeFile(join(folder, `${part}-labels-idx1-ubyte.gz`), labels)
  }
  const before = open()
  for (let i = 0; i < 20; i++) {
    const abort = new AbortController()
    const loading = loadIdxFolder(folder, { signal: abort.signal })
    void setTimeout(i % 5).then(() => abort.abort())
    await loading.catch(() => {})
  }
  await expect.poll(open, { timeout: 10_000 }).toBeLessThanOrEqual(before)
})
