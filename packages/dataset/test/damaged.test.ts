import { fc, test } from '@fast-check/vitest'
import { isTreadleError } from '@treadle/core'
import { packTar } from 'modern-tar'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { collect, concat } from '../src/bytes.ts'
import { loadDataset } from '../src/load-dataset.ts'
import { writeIdx } from '../src/idx/write.ts'
import { gzipped } from './gzipped.ts'
import { greyPng } from './png.ts'
import { temporaryFolder } from './temporary-folder.ts'

const ascii = (text: string) => new TextEncoder().encode(text)

/** A `.npy` file of bytes. */
function npy(shape: readonly number[], data: Uint8Array): Uint8Array {
  const header =
    `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`.padEnd(117) + '\n'
  return concat([
    Uint8Array.of(0x93),
    ascii('NUMPY'),
    Uint8Array.of(1, 0, header.length, 0),
    ascii(header),
    data,
  ])
}

const pixels = Uint8Array.from({ length: 64 }, (_, i) => 3 * i)
const labels = Uint8Array.of(0, 1, 0, 1)
const images = await collect(writeIdx({ dtype: 'uint8', shape: [4, 4, 4], data: pixels }))
const classes = await collect(writeIdx({ dtype: 'uint8', shape: [4], data: labels }))
const cifar = concat(Array.from({ length: 4 }, (_, i) => new Uint8Array(3073).fill(40 * i).fill(i % 2, 0, 1)))
const tar = await packTar(
  Object.entries({ 'a/1.png': 1, 'a/2.png': 2, 'b/1.png': 3, 'b/2.png': 4 }).map(([name, value]) => {
    const body = greyPng(2, 2, value)
    return { header: { name, size: body.length, type: 'file' as const }, body }
  }),
)
const idx = {
  't10k-images-idx3-ubyte': images,
  't10k-labels-idx1-ubyte': classes,
  'train-labels-idx1-ubyte': classes,
}

/** A data set of each kind: the file that is damaged, and those beside it. A single file is loaded by its own path. */
const kinds: Readonly<
  Record<string, readonly [name: string, bytes: Uint8Array, others?: Readonly<Record<string, Uint8Array>>]>
> = {
  'IDX images': ['train-images-idx3-ubyte', images, idx],
  'IDX labels': ['train-labels-idx1-ubyte', classes, { ...idx, 'train-images-idx3-ubyte': images }],
  'IDX images in gzip': ['train-images-idx3-ubyte.gz', await gzipped(images), idx],
  npy: ['x_train.npy', npy([4, 4, 4], pixels), { 'y_train.npy': npy([4], labels) }],
  'table of pixels': [
    'train.csv',
    ascii(`label,pixel0,pixel1,pixel2,pixel3\n${'0,1,2,3,4\n1,9,8,7,6\n'.repeat(3)}`),
  ],
  'table of labels': [
    'labels.csv',
    ascii('file,label\n1.png,a\n2.png,a\n3.png,"b"\n4.png,b\n'),
    Object.fromEntries([1, 2, 3, 4].map((i) => [`${i}.png`, greyPng(2, 2, i)])),
  ],
  CIFAR: ['data_batch_1.bin', cifar, { 'test_batch.bin': cifar, 'batches.meta.txt': ascii('cat\ndog\n') }],
  tar: ['photos.tar', tar],
  'tar.gz': ['photos.tar.gz', await gzipped(tar)],
  Parquet: ['words.parquet', await readFile(new URL('fixtures/parquet/words.parquet', import.meta.url))],
}
const single = new Set(['table of pixels', 'tar', 'tar.gz', 'Parquet'])

const place = fc.nat(2 ** 20)
const damage = fc.oneof(
  fc.record({ cut: place }),
  fc.record({
    flips: fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({ from: place, to: place, length: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ insert: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 32 }) }),
)
type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never

function damaged(bytes: Uint8Array, how: Damage): Uint8Array {
  const at = (position: number) => position % bytes.length
  if ('cut' in how) return bytes.slice(0, at(how.cut))
  if ('insert' in how)
    return concat([bytes.subarray(0, at(how.insert)), how.bytes, bytes.subarray(at(how.insert))])
  const copy = bytes.slice()
  if ('flips' in how) for (const [position, mask] of how.flips) copy[at(position)]! ^= mask
  else copy.copyWithin(at(how.to), at(how.from), at(how.from) + how.length)
  return copy
}

/** Loads the data of a kind with other bytes in its file; the error's code if that fails. */
async function load(folder: string, kind: string, bytes: Uint8Array): Promise<string> {
  const [name] = kinds[kind]!
  const path = join(folder, name)
  await writeFile(path, bytes)
  try {
    const data = await loadDataset(single.has(kind) ? path : folder, { threads: 1 })
    return `${data.train.count} training samples`
  } catch (error) {
    if (!isTreadleError(error)) throw error
    return error.code
  }
}

test.each(Object.keys(kinds))('%s loads, and each damaged copy loads or is a typed error', async (kind) => {
  const [, bytes, others = {}] = kinds[kind]!
  const folder = await temporaryFolder()
  for (const [name, content] of Object.entries(others)) await writeFile(join(folder, name), content)
  expect(await load(folder, kind, bytes)).toMatch(/ training samples$/)
  await fc.assert(
    fc.asyncProperty(damage, async (how) => {
      const answer = await load(folder, kind, damaged(bytes, how))
      expect(answer).toMatch(/^(DATASET|IMAGE)_|training samples$/)
    }),
    { numRuns: 100, seed: 1 },
  )
})
