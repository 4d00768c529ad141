import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { diskFile } from '../src/node/disk-files.ts'
import { type ImagesOptions, loadImages } from '../src/images/load-images.ts'
import { encodeRecord, readRecords } from '../src/images/records.ts'
import { dropped } from './dropped.ts'
import { greyPng, png } from './png.ts'
import { temporaryFolder } from './temporary-folder.ts'

let cacheDirectory: string
let folder: string
beforeEach(async () => {
  vi.stubEnv('TREADLE_CACHE_LIMIT', '')
  cacheDirectory = await temporaryFolder()
  folder = join(cacheDirectory, 'decoded')
})
afterEach(() => vi.unstubAllEnvs())

/** Grey, coloured, transparent and broken files. */
const files = {
  'a/1.png': greyPng(2, 2, 10),
  'a/2.png': png(2, 2, 4, [255, 0, 0, 255, 1, 1, 1, 128, 2, 2, 2, 0, 3, 3, 3, 9]),
  'a/3.png': greyPng(2, 2, 30),
  'b/1.png': greyPng(2, 2, 40),
  'b/2.png': 'no picture',
  'b/3.png': png(2, 2, 3, [9, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]),
  'b/4.png': greyPng(2, 2, 50),
}
const load = (options: ImagesOptions = {}, source = dropped(files)) =>
  loadImages(source, { cache: true, cacheDirectory, ...options })
const plain = () => loadImages(dropped(files))
const sets = async () => (await readdir(folder)).sort()
const onlySet = async () => join(folder, (await sets())[0] as string)

/** Replaces the first pixel of each cached picture by 77, to recognise what comes from the cache. */
async function mark(): Promise<void> {
  const path = await onlySet()
  const records: Uint8Array[] = []
  for await (const record of readRecords(diskFile(path, path))) {
    record.file.data[0] = 77
    records.push(encodeRecord(record))
  }
  await writeFile(path, Buffer.concat(records))
}

const isMarked = ({
  images,
  count,
  width,
  height,
  channels,
}: {
  images: Uint8Array
  count: number
  width: number
  height: number
  channels: number
}) => Array.from({ length: count }, (_, i) => images[i * width * height * channels] === 77)

test('the second load takes all pictures from the cache, with the same result', async () => {
  const first = await load()
  expect(first).toEqual(await plain())
  expect(await sets()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
  expect(await load()).toEqual(first)
  await mark()
  const { train, test: held } = await load()
  expect([...isMarked(train), ...isMarked(held)]).toEqual(Array.from({ length: 6 }, () => true))
})

test('names and places do not matter, contents and contract do', async () => {
  await load()
  await mark()
  const moved = Object.fromEntries(Object.entries(files).map(([name, file]) => [`x${name}`, file]))
  expect(isMarked((await load({}, dropped(moved))).train)).toContain(true)
  expect(isMarked((await load({ invert: true })).train)).not.toContain(true)
  expect(isMarked((await load({}, dropped({ ...files, 'a/1.png': greyPng(2, 2, 11) }))).train)).not.toContain(
    true,
  )
  expect(isMarked((await load({ cache: false })).train)).not.toContain(true)
  expect(await sets()).toHaveLength(3)
})

test('the contract that was decided finds the set that decided it, and says nothing of decisions', async () => {
  const first = await load()
  await mark()
  const again = await load({ preprocessing: first.preprocessing })
  expect(again.preprocessing).toEqual(first.preprocessing)
  expect([...isMarked(again.train), ...isMarked(again.test)]).toEqual(Array.from({ length: 6 }, () => true))
  expect(await sets()).toHaveLength(1)
  const codes = (data: typeof first) => data.findings?.map(({ code }) => code)
  expect(codes(first)).toEqual(
    expect.arrayContaining(['DATASET_CHANNELS', 'DATASET_SIZE', 'DATASET_BACKGROUND']),
  )
  const uncached = await loadImages(dropped(files), { preprocessing: first.preprocessing })
  expect(codes(again)).toEqual(codes(uncached))
  for (const text of ['', '{}', 'null', '{"size":5}']) {
    const decided = join(cacheDirectory, 'decided')
    for (const name of await readdir(decided)) await writeFile(join(decided, name), text)
    expect((await load({ preprocessing: first.preprocessing })).preprocessing).toEqual(first.preprocessing)
  }
})

test('one signal for many pictures has few listeners', async () => {
  const { signal } = new AbortController()
  const added = vi.spyOn(signal, 'addEventListener')
  const removed = vi.spyOn(signal, 'removeEventListener')
  let most = 0
  const onProgress = () => {
    most = Math.max(most, added.mock.calls.length - removed.mock.calls.length)
  }
  await load({ signal, onProgress })
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThan(4)
  expect(removed).toHaveBeenCalledTimes(added.mock.calls.length)
})

test('a set that is cut or changed at any byte is decoded and written again by the same load', async () => {
  const whole = await load()
  const path = await onlySet()
  const bytes = await readFile(path)
  for (let at = 0; at < bytes.length; at += 41) {
    const damaged =
      at % 2 === 0 ? bytes.subarray(0, at) : Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 5 : byte))
    await writeFile(path, damaged)
    expect(await load()).toEqual(whole)
    expect(await readFile(path)).toEqual(bytes)
    expect(await sets()).toHaveLength(1)
  }
})

test('a set that lacks a picture keeps the others', async () => {
  await load()
  await mark()
  const path = await onlySet()
  const kept: Uint8Array[] = []
  for await (const record of readRecords(diskFile(path, path)))
    if (record.index !== 2) kept.push(encodeRecord(record))
  await writeFile(path, Buffer.concat(kept))
  for (let times = 0; times < 2; times++) {
    const { train, test: held } = await load()
    const marks = [...isMarked(train), ...isMarked(held)]
    expect(marks.filter((marked) => !marked)).toHaveLength(1)
  }
})

test('loads at the same time leave one set', async () => {
  const loaded = await Promise.all([load(), load(), load()])
  for (const one of loaded) expect(one).toEqual(await plain())
  expect(await sets()).toHaveLength(1)
})

test('an abort leaves nothing', async () => {
  const controller = new AbortController()
  const onProgress = () => controller.abort(new Error('enough'))
  await expect(load({ onProgress, signal: controller.signal })).rejects.toThrow('enough')
  expect(await sets()).toEqual([])
})

test('a full cache loses the sets that were not used for longest, and what killed processes left', async () => {
  await load()
  const [first] = await sets()
  const { length } = await readFile(await onlySet())
  await load({ invert: true })
  await load()
  await writeFile(join(folder, `${'0'.repeat(64)}.free.1.part`), 'left')
  vi.stubEnv('TREADLE_CACHE_LIMIT', String(2 * length))
  await load({ trim: true })
  expect(await sets()).toHaveLength(2)
  expect(await sets()).toContain(first)
  vi.stubEnv('TREADLE_CACHE_LIMIT', '0')
  await load({ fit: 'stretch' })
  expect(await sets()).toHaveLength(2)
})

test('a cache that cannot be written is a warning', async () => {
  const codes: string[] = []
  await writeFile(folder, 'a file')
  expect(await load({ onWarning: ({ code }) => codes.push(code) })).toEqual(await plain())
  expect(codes).toContain('DATASET_CACHE')
})
