import { open, readFile, readdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ImageDataset, type LabelledImages, imageBytes, isTreadleError } from '@treadle/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ImagesOptions, loadImages } from '../src/images/load-images.ts'
import { loadDataset } from '../src/load-dataset.ts'
import { splitSamples } from '../src/split.ts'
import { dropped } from './dropped.ts'
import { failure } from './failure.ts'
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

test('files that are held in memory besides are a finding', async () => {
  const fixtures = new URL('fixtures/parquet/', import.meta.url)
  const parquet = await loadImages(fileURLToPath(new URL('words.parquet', fixtures)), {
    cacheDirectory,
    memory: 1,
  })
  expect(parquet.train.stored?.count).toBe(10)
  expect(parquet.findings?.find(({ code }) => code === 'DATASET_HELD_IN_MEMORY')?.message).toContain(
    'take 0.0 MB of memory while they are loaded',
  )
  expect((await load()).findings?.map(({ code }) => code)).not.toContain('DATASET_HELD_IN_MEMORY')
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
