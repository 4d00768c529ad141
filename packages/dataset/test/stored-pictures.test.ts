import { mkdir, open, readFile, readdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ImageDataset, type LabelledImages, imageBytes, isTreadleError } from '@treadle/core'
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter, configure } from '@zip.js/zip.js'
import { packTar } from 'modern-tar'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
// @ts-expect-error JavaScript, which the fuzzer runs as it is.
import { lyingParquet } from '../../../fuzz/targets/support/lying-parquet.js'
import { concat } from '../src/bytes.ts'
import { type ImagesOptions, loadImages } from '../src/images/load-images.ts'
import { loadDataset } from '../src/load-dataset.ts'
import { splitSamples } from '../src/split.ts'
import { dropped } from './dropped.ts'
import { failure } from './failure.ts'
import { gzipped } from './gzipped.ts'
import { greyPng, png } from './png.ts'
import { temporaryFolder } from './temporary-folder.ts'

let cacheDirectory: string
beforeEach(async () => {
  vi.stubEnv('TREADLE_CACHE_LIMIT', '')
  cacheDirectory = await temporaryFolder()
})
afterEach(() => vi.unstubAllEnvs())

/** Grey, coloured, transparent and broken files, of three equal ones. */
const files = {
  'a/1.png': greyPng(2, 2, 10),
  'a/2.png': png(2, 2, 4, [255, 0, 0, 255, 1, 1, 1, 128, 2, 2, 2, 0, 3, 3, 3, 9]),
  'a/3.png': greyPng(2, 2, 30),
  'a/4.png': greyPng(2, 2, 40),
  'b/1.png': greyPng(2, 2, 40),
  'b/2.png': 'no picture',
  'b/3.png': png(2, 2, 3, [9, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]),
  'b/4.png': greyPng(2, 2, 50),
  'b/5.png': greyPng(2, 2, 40),
}
const load = (options: ImagesOptions = {}) =>
  loadImages(dropped(files), { cacheDirectory, memory: 1, ...options })
const setPath = async () => {
  const folder = join(cacheDirectory, 'decoded')
  return join(folder, (await readdir(folder))[0] as string)
}

const readPart = ({ stored, ...part }: LabelledImages): LabelledImages => ({
  ...part,
  images: imageBytes({ ...part, ...(stored && { stored }) }, 0, part.count),
})

/** With all images in memory. */
const inMemory = ({ train, test: held, ...rest }: ImageDataset): ImageDataset => ({
  ...rest,
  train: readPart(train),
  test: readPart(held),
})

/** The errors of reading the parts, at once and later. */
const codesOf = async ({ train, test: held }: ImageDataset) => {
  const errors: unknown[] = []
  for (const { stored, count } of [train, held]) {
    const indices = Uint32Array.from({ length: count }, (_, i) => i)
    await stored!.gather(indices).catch((error: unknown) => errors.push(error))
    await Promise.resolve()
      .then(() => stored!.read(0, count))
      .catch((error: unknown) => errors.push(error))
  }
  return [errors.length, new Set(errors.map((error) => isTreadleError(error) && error.code))]
}

test('images that take more than the memory stay in the cache, and are the same', async () => {
  const plain = await loadImages(dropped(files))
  expect(plain.train.channels).toBe(3)
  expect(plain.findings?.map(({ code }) => code)).toContain('DATASET_DUPLICATES')
  for (const again of ['decoded', 'from the cache']) {
    const data = await load()
    expect(data.train.images, again).toHaveLength(0)
    expect(data.train.stored?.count, again).toBe(plain.train.count)
    expect(inMemory(data), again).toEqual(plain)
    const backwards = Uint32Array.from(plain.train.labels.keys()).toReversed()
    const gathered = await data.train.stored?.gather(backwards)
    expect(gathered?.subarray(-12), again).toEqual(plain.train.images.subarray(0, 12))
  }
  expect((await load({ memory: '1 MB' })).train).toEqual(plain.train)
  const [one, other] = [await load(), plain].map(({ train }) =>
    splitSamples(train, { fraction: 0.5, seed: 3 }),
  )
  expect(imageBytes(one!.validation, 0, one!.validation.count)).toEqual(other!.validation.images)
})

test('Parquet is read by row groups, through a file that nothing is left of, with the same data', async () => {
  const fixtures = fileURLToPath(new URL('fixtures/parquet/', import.meta.url))
  for (const path of [join(fixtures, 'data'), join(fixtures, 'words.parquet')]) {
    const plain = await loadImages(path)
    const bound = await loadImages(path, { cacheDirectory, memory: '10kB' })
    expect(bound, path).toEqual(plain)
    const data = await loadImages(path, { cacheDirectory, memory: 100 })
    expect(data.train.stored?.count, path).toBe(plain.train.count)
    const { findings, ...rest } = inMemory(data)
    const large = findings?.filter(({ code }) => code === 'DATASET_HELD_IN_MEMORY')
    expect({ ...rest, findings: findings?.filter((each) => !large?.includes(each)) }, path).toEqual(plain)
    expect(large?.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^A row group of .*parquet takes \d+ kB .*`row_group_size=1`/),
    ])
    const loaded = (await loadDataset(path, { cacheDirectory, memory: 100 })) as ImageDataset
    expect(inMemory(loaded).train, path).toEqual(plain.train)
  }
  // In an archive, whose entries are on no disk.
  const names = await readdir(join(fixtures, 'data'))
  const entries = names.map(async (name) => [name, await readFile(join(fixtures, 'data', name))] as const)
  const archive = await gzipped(await tar(Object.fromEntries(await Promise.all(entries))))
  const path = await inFolder('parquet.tar.gz', archive)
  const packed = await loadImages(path, { cacheDirectory, memory: 100 })
  expect(inMemory(packed).train).toEqual((await loadImages(path)).train)
  expect(await left()).toEqual(Array.from({ length: 2 }, () => expect.stringMatching(/^[0-9a-f]{64}$/)))
})

test('a file that is cut or changed after loading is an error; the next load repairs it', async () => {
  const before = await readFile(await load().then(setPath))
  const whole = await load()
  const path = await setPath()
  await truncate(path, before.length - 100)
  expect(await codesOf(whole)).toEqual([2, new Set(['DATASET_CACHE_CHANGED'])])
  const repaired = await load()
  expect(await readFile(path)).toEqual(before)
  const handle = await open(path, 'r+')
  await handle.write(Uint8Array.of(7), 0, 1, before.length - 5)
  await handle.close()
  expect(await codesOf(repaired)).toEqual([2, new Set(['DATASET_CACHE_CHANGED'])])
})

test('a set that is removed after loading is read all the same', async () => {
  const plain = await loadImages(dropped(files))
  vi.stubEnv('TREADLE_CACHE_LIMIT', '1')
  const data = await load()
  expect(await readdir(join(cacheDirectory, 'decoded'))).toEqual([])
  expect(inMemory(data)).toEqual(plain)
})

test('without a cache it is an error', async () => {
  vi.stubEnv('TREADLE_CACHE_LIMIT', '0')
  expect((await failure(() => load())).code).toBe('DATASET_CACHE')
  vi.stubEnv('TREADLE_CACHE_LIMIT', '')
  await writeFile(join(cacheDirectory, 'decoded'), 'a file')
  const { code, message } = await failure(() => load())
  expect([code, message]).toEqual(['DATASET_CACHE', expect.stringContaining('images take 36 bytes')])
})

test('a bound that is none is an error, and so is one for data that are arrays', async () => {
  for (const memory of ['much', '0', '-1MB', '1 TB', Number.NaN, 0.5, {} as never])
    expect((await failure(() => load({ memory }))).code).toBe('DATASET_BAD_OPTION')
  expect((await failure(() => loadDataset('sample', { memory: '1MB' }))).code).toBe('DATASET_UNUSED_OPTION')
})

const tar = (entries: Readonly<Record<string, Uint8Array | string>>) =>
  packTar(
    Object.entries(entries).map(([name, content]) => {
      const body = typeof content === 'string' ? new TextEncoder().encode(content) : content
      return { header: { name, size: body.length, type: 'file' as const }, body }
    }),
  )
const zip = async () => {
  configure({ useWebWorkers: false })
  const writer = new ZipWriter(new Uint8ArrayWriter())
  for (const [name, content] of Object.entries(files))
    await writer.add(name, new Uint8ArrayReader(typeof content === 'string' ? new TextEncoder().encode(content) : content)) // prettier-ignore
  return writer.close()
}
const inFolder = async (name: string, bytes: Uint8Array) => {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, bytes)
  return path
}
const noise = (length: number) => Uint8Array.from({ length }, (_, i) => Math.imul(i * i, 2654435761) >>> 24)
const left = () => readdir(join(cacheDirectory, 'decoded'))

test('a gzip-packed archive is unpacked to a file that nothing is left of, and gives the same data', async () => {
  for (const [name, bytes] of [
    ['photos.tar.gz', await gzipped(await tar(files))],
    ['photos.zip.gz', await gzipped(await zip())],
  ] as const) {
    const path = await inFolder(name, bytes)
    const plain = await loadImages(path)
    // Left by processes that were killed.
    await mkdir(join(cacheDirectory, 'decoded'), { recursive: true })
    for (const id of [1, 2])
      await writeFile(join(cacheDirectory, `decoded/temporary.free.${id}.part`), 'left of a killed process')
    const data = await loadImages(path, { cacheDirectory, memory: 1 })
    expect(data.train.stored?.count, name).toBe(plain.train.count)
    expect(inMemory(data), name).toEqual(plain)
    expect(await left(), name).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
    expect(await loadImages(path, { cacheDirectory, memory: '1 MB' }), name).toEqual(plain)
    const loaded = (await loadDataset(path, { cacheDirectory, memory: 1 })) as ImageDataset
    expect(inMemory(loaded).train, name).toEqual(plain.train)
    // A file that is on no disk, or that no path names.
    const file = new File([bytes], name)
    expect(inMemory(await loadImages({ files: [file] }, { cacheDirectory, memory: 1 })).train, name).toEqual(
      plain.train,
    )
    expect(await left(), name).toHaveLength(1)
  }
})

test('an archive that cannot be unpacked, or not to its end, leaves nothing', async () => {
  const sound = await gzipped(await tar({ ...files, 'b/6.png': noise(2 ** 20) }))
  const many = await gzipped(concat([await tar(files), new Uint8Array(2 ** 25)]))
  const claim = await gzipped((await tar({ 'a/1.png': new Uint8Array(2 ** 25) })).subarray(0, 2 ** 20))
  for (const [bytes, code] of [
    [many, 'DATASET_BAD_ARCHIVE'],
    [claim, 'DATASET_BAD_ARCHIVE'],
    [sound.subarray(0, sound.length - 100), 'DATASET_BAD_GZIP'],
    [sound.map((byte, i) => (i === sound.length >> 1 ? byte ^ 255 : byte)), 'DATASET_BAD_GZIP'],
  ] as const) {
    const path = await inFolder('photos.tar.gz', bytes)
    expect((await failure(() => loadImages(path, { cacheDirectory, memory: 1 }))).code).toBe(code)
    expect(await left()).toEqual([])
  }
  const lying = lyingParquet(greyPng(2, 2, 7)) as Readonly<Record<'page-values', Uint8Array>>
  const parquet = await inFolder('x.parquet', lying['page-values'])
  const { code } = await failure(() => loadImages(parquet, { cacheDirectory, memory: 1 }))
  expect([code, await left()]).toEqual(['DATASET_BAD_PARQUET', []])
  const abort = new AbortController()
  const reason = new Error('enough')
  let written: string[] = []
  const stream = () =>
    new ReadableStream({
      async pull(controller) {
        if (written.length > 0) return new Promise(() => {})
        controller.enqueue(sound.subarray(0, sound.length >> 1))
        written = await vi.waitFor(async () => {
          const found = await left()
          expect(found).toHaveLength(1)
          return found
        })
        abort.abort(reason)
      },
    }, { highWaterMark: 0 }) // prettier-ignore
  const file = { name: 'photos.tar.gz', size: sound.length, stream } as unknown as File
  const loading = loadImages({ files: [file] }, { cacheDirectory, memory: 1, signal: abort.signal })
  await expect(loading).rejects.toBe(reason)
  expect(written).toEqual([expect.stringMatching(/^temporary\..*\.part$/)])
  expect(await left()).toEqual([])
})

test('a cache that cannot be written is an error that says what to do', async () => {
  await writeFile(join(cacheDirectory, 'decoded'), 'a file')
  const words = fileURLToPath(new URL('fixtures/parquet/words.parquet', import.meta.url))
  expect((await failure(() => loadImages(words, { cacheDirectory, memory: 1 }))).code).toBe('DATASET_CACHE')
  const path = await inFolder('photos.tar.gz', await gzipped(await tar(files)))
  for (const loader of [loadImages, loadDataset]) {
    const { code, message } = await failure(() => loader(path, { cacheDirectory, memory: '1MB' }))
    expect(code).toBe('DATASET_CACHE')
    expect(message).toMatch(/photos\.tar\.gz with `memory`.* folder in TREADLE_CACHE, or leave `memory` out/)
  }
})
