import { fc, test } from '@fast-check/vitest'
import { type ImageDataset, isTreadleError } from '@treadle/core'
import { cp, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect } from 'vitest'
// @ts-expect-error JavaScript, which the fuzzer runs as it is.
import { parquetFile, plain, plainLabels } from '../../../../fuzz/targets/support/parquet-file.js'
import { failure } from '../../test/failure.ts'
import { greyPng } from '../../test/png.ts'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { writeTree } from '../../test/tree.ts'
import { sourceFile } from '../bytes.ts'
import type { RandomAccess } from '../data-file.ts'
import { Findings } from '../findings.ts'
import { loadImages } from '../images/load-images.ts'
import { loadDataset } from '../load-dataset.ts'
import { type KeepImage, inFile, inMemory } from './keep-images.ts'
import { readPictures } from './read-parquet.ts'

// Written by scripts/parquet-cases.py with pyarrow.
const fixtures = fileURLToPath(new URL('../../test/fixtures/parquet/', import.meta.url))
const load = (path: string, options = {}) => loadDataset(path, options) as Promise<ImageDataset>

/** The first pixel of each image of 4 × 4. */
const first = (part: ImageDataset['train']) =>
  Array.from({ length: part.count }, (_, i) => part.images[16 * i])

describe('Parquet', () => {
  test('as Hugging Face lays it out: two parts for training, one for testing, names of classes', async () => {
    const folder = await temporaryFolder()
    await cp(join(fixtures, 'data'), join(folder, 'data'), { recursive: true })
    const data = await load(folder)
    expect(data.classNames).toEqual(['zebra', 'apple', 'moon'])
    expect([...data.train.labels]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
    expect(first(data.train)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110])
    expect([first(data.test), [...data.test.labels]]).toEqual([
      [200, 220],
      [2, 0],
    ])
    expect(data.findings?.map(({ code }) => code)).toContain('DATASET_UNLABELLED')
    expect(data.preprocessing?.trainedOn).toBe('files')
  })

  test('a single file whose labels are words', async () => {
    const data = await load(join(fixtures, 'words.parquet'), { size: 8, testFraction: 0.5 })
    expect([data.name, data.source.kind, data.classNames]).toEqual(['words', 'file', ['a', 'b']])
    expect([data.train.count, data.test.count, data.train.width]).toEqual([6, 6, 8])
  })

  test('several sets are an error until one is chosen', async () => {
    const part = await readFile(join(fixtures, 'data/train-00000-of-00002.parquet'))
    const tree = await writeTree({ 'one/train.parquet': part, 'two/train.parquet': part })
    const { code, message } = await failure(() => load(tree))
    expect([code, message]).toEqual(['DATASET_AMBIGUOUS', expect.stringContaining('"one/", "two/"')])
    expect((await load(tree, { prefix: 'two/' })).train.count).toBe(6)
    // As files of a page, which have no folder.
    const words = await readFile(join(fixtures, 'words.parquet'))
    const files = [new File([part], 'one-train.parquet'), new File([words], 'words-train.parquet')]
    expect((await failure(() => loadImages({ files }))).message).toContain('"one-", "words-"')
    expect((await loadImages({ files }, { prefix: 'words-', size: 8 })).classNames).toEqual(['a', 'b'])
    const none = await failure(() => loadImages({ files: [new File(['x'], 'a.png')] }, { prefix: 'a' }))
    expect(none.code).toBe('DATASET_BAD_OPTION')
    const pictures = await writeTree({ 'a/1.png': 'x' })
    expect((await failure(() => load(pictures, { prefix: 'a' }))).code).toBe('DATASET_UNUSED_OPTION')
  })

  test('loadImages reads them too, by path and as files of a page', async () => {
    const whole = await load(join(fixtures, 'data'))
    expect((await loadImages(join(fixtures, 'data'))).train).toEqual(whole.train)
    const names = await readdir(join(fixtures, 'data'))
    const files = names.map(async (name) => new File([await readFile(join(fixtures, 'data', name))], name))
    expect((await loadImages({ files: await Promise.all(files) })).test).toEqual(whole.test)
    const words = await loadImages(join(fixtures, 'words.parquet'))
    expect([words.name, words.source.kind, words.train.count]).toEqual(['words', 'file', 10])
    expect((await failure(() => loadImages(fixtures, { pattern: '{class}_*' }))).code).toBe(
      'DATASET_BAD_OPTION',
    )
  })

  test('without a column of images it is an error that names the columns', async () => {
    const { code, message } = await failure(() => load(join(fixtures, 'no-images.parquet')))
    expect(code).toBe('DATASET_BAD_PARQUET')
    expect(message).toContain('no column of image files; its columns are x, label')
  })
})

const whole = await Promise.all(
  [
    'data/train-00000-of-00002.parquet',
    'data/train-00001-of-00002.parquet',
    'data/test-00000-of-00001.parquet',
    'words.parquet',
  ].map(async (name) => new Uint8Array(await readFile(join(fixtures, name)))),
)
const read = (bytes: Uint8Array, keep: KeepImage = inMemory) =>
  readPictures(sourceFile(bytes, 'x.parquet'), { findings: new Findings(undefined), keep, options: {} })

test('an image that many rows name by a dictionary is written once', async () => {
  const image = greyPng(2, 2, 7)
  const dictionary = { packed: plain([image]), count: 1, isDictionary: true }
  // A run of 1000 times the first value.
  const indices = { packed: Uint8Array.of(1, 0xd0, 0x0f, 0), count: 1000, encoding: 8 }
  const labels = { packed: plainLabels(Array.from({ length: 1000 }, (_, i) => i % 2)), count: 1000 }
  const bytes = parquetFile({ pages: [dictionary, indices] }, { pages: [labels] }) as Uint8Array
  const written: Uint8Array[] = []
  const append = async (each: Uint8Array) => ({ start: written.push(each), length: each.length })
  const { pictures } = await read(bytes, inFile({ access: {} as RandomAccess, size: 0, append }))
  expect([pictures.length, written]).toEqual([1000, [image]])
  expect(new Set(pictures.map(({ file }) => file.path)).size).toBe(1000)
})

test.prop(
  [
    fc.nat({ max: whole.length - 1 }),
    fc.array(fc.tuple(fc.nat({ max: 10_000 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
    fc.option(fc.nat({ max: 10_000 })),
  ],
  { numRuns: 400 },
)('a damaged file gives its images or a typed error', async (which, changes, cut) => {
  const bytes = (whole[which] as Uint8Array).slice()
  for (const [at, value] of changes) bytes[bytes.length - 1 - (at % bytes.length)] = value
  const damaged = cut === null ? bytes : bytes.subarray(0, cut % bytes.length)
  const result = await read(damaged).catch((error: unknown) => error)
  if (result instanceof Error)
    expect(isTreadleError(result) ? result.code : result.stack).toMatch(/^DATASET_BAD_(PARQUET|LABEL)$/)
  else expect((result as { pictures: unknown[] }).pictures.length).toBeLessThan(100)
})
