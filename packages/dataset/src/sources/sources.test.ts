import { fc, test } from '@fast-check/vitest'
import type { ImageDataset } from '@treadle/core'
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter, configure } from '@zip.js/zip.js'
import { describe, expect } from 'vitest'
import { failure } from '../../test/failure.ts'
import { writeTree } from '../../test/tree.ts'
import { loadDataset } from '../load-dataset.ts'
import { readNpy } from '../numpy/npy.ts'

configure({ useWebWorkers: false })

async function zipped(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter())
  for (const [path, bytes] of Object.entries(files)) await writer.add(path, new Uint8ArrayReader(bytes))
  return writer.close()
}

/** A `.npy` file as NumPy writes it. */
function npy(type: string, shape: readonly number[], data: ArrayBufferView): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`.padEnd(117) + '\n'
  const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const bytes = new Uint8Array(10 + header.length + body.length)
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length & 255, header.length >> 8])
  bytes.set(new TextEncoder().encode(header), 10)
  bytes.set(body, 10 + header.length)
  return bytes
}

/** Four images of 2 × 2 pixels, all different. */
const pixels = (first: number) => Uint8Array.from({ length: 16 }, (_, i) => first + i)
const labels = [0, 1, 2, 1]
const load = (path: string, options = {}) => loadDataset(path, options) as Promise<ImageDataset>

describe('NumPy arrays', () => {
  test('in one file, as Keras gives MNIST', async () => {
    const files = {
      'x_train.npy': npy('|u1', [4, 2, 2], pixels(0)),
      'y_train.npy': npy('<i8', [4], BigInt64Array.from(labels, BigInt)),
      'x_test.npy': npy('|u1', [4, 2, 2], pixels(100)),
      'y_test.npy': npy('|u1', [4], Uint8Array.from(labels)),
    }
    const folder = await writeTree({ 'mnist.npz': await zipped(files) })
    const data = await load(`${folder}/mnist.npz`)
    expect(data).toMatchObject({
      name: 'mnist',
      classNames: ['0', '1', '2'],
      train: { height: 2, channels: 1 },
    })
    expect([data.train.images, [...data.train.labels]]).toEqual([pixels(0), labels])
    expect(data.test.images).toEqual(pixels(100))
    const doubled = await load(`${folder}/mnist.npz`, { size: 4, fit: 'stretch', filter: 'area' })
    expect([...doubled.train.images.subarray(0, 4)]).toEqual([0, 0, 1, 1])
  })

  test('in a file each, with a validation part, floats and labels that begin with 1', async () => {
    const floats = Float32Array.from(pixels(0), (value) => value / 255)
    const tree = await writeTree({
      'k-train-imgs.npz': await zipped({ 'arr_0.npy': npy('<f4', [4, 4], floats) }),
      'k-train-labels.npz': await zipped({ 'arr_0.npy': npy('<u2', [4, 1], Uint16Array.of(1, 2, 3, 2)) }),
      'k-val-imgs.npy': npy('|u1', [4, 2, 2, 1], pixels(50)),
      'k-val-labels.npy': npy('<i4', [4], Int32Array.of(1, 1, 1, 1)),
      'k-test-imgs.npy': npy('|u1', [4, 2, 2], pixels(60)),
      'k-test-labels.npy': npy('<f8', [4], Float64Array.of(1, 1, 3, 1)),
    })
    const data = await load(tree)
    expect(data.findings?.map(({ code }) => code)).toContain('DATASET_LABELS_SKIP_ZERO')
    expect(data.classNames).toEqual(['0', '1', '2', '3'])
    const named = await load(tree, { labelOffset: 1, classNames: ['a', 'b', 'c'] })
    expect([named.train.images, [...named.train.labels]]).toEqual([pixels(0), [0, 1, 2, 1]])
    expect(named.validation?.images).toEqual(pixels(50))
    expect([...named.test.labels]).toEqual([0, 0, 2, 0])
    expect((await failure(() => load(tree, { strict: true }))).code).toBe('DATASET_UNUSED_OPTION')
  })

  test.prop([fc.nat({ max: 150 }), fc.uint8Array({ maxLength: 40 })])(
    'that are damaged are errors',
    (cut, noise) => {
      const whole = npy('|u1', [4, 2, 2], pixels(0))
      for (const bytes of [
        whole.subarray(0, Math.min(cut, whole.length - 1)),
        new Uint8Array([...whole.subarray(0, 8), ...noise]),
      ])
        expect(() => readNpy(bytes, 'x.npy')).toThrow('Reading x.npy: ')
    },
  )
})

/** A record of CIFAR: labels, then three planes. */
const record = (...head: number[]) => [
  ...head,
  ...Array.from({ length: 3072 }, (_, i) => Math.floor(i / 1024) * 100 + (i % 7)),
]

describe('CIFAR', () => {
  test('in ten classes: planes become pixels', async () => {
    const tree = await writeTree({
      'data_batch_1.bin': Uint8Array.from([...record(1), ...record(0)]),
      'data_batch_2.bin': Uint8Array.from(record(1)),
      'test_batch.bin': Uint8Array.from(record(0)),
      'batches.meta.txt': 'cat\ndog\n\n',
    })
    const { train, test: held, classNames } = await load(tree)
    expect([classNames, [...train.labels], held.count]).toEqual([['cat', 'dog'], [1, 0, 1], 1])
    expect([...train.images.subarray(0, 6)]).toEqual([0, 102, 204, 1, 103, 205])
  })

  test('in a hundred classes: the fine label', async () => {
    const tree = await writeTree({
      'train.bin': Uint8Array.from([...record(5, 1), ...record(6, 0)]),
      'test.bin': Uint8Array.from(record(5, 1)),
      'fine_label_names.txt': 'apple\nbear\n',
    })
    expect([...(await load(tree)).train.labels]).toEqual([1, 0])
    const cut = await writeTree({
      'train.bin': Uint8Array.from(record(5)),
      'test.bin': Uint8Array.from(record(5)),
    })
    expect((await failure(() => load(cut))).code).toBe('DATASET_BAD_SHAPE')
  })
})

describe('tables of pixels', () => {
  const rows = labels.map((label, i) => `${label},${i},${i + 10},255,0`)

  test('with a header and another for testing, or alone', async () => {
    const header = 'label,pixel0,pixel1,pixel2,pixel3'
    const tree = await writeTree({
      'train.csv': [header, ...rows].join('\r\n'),
      'test.csv': `${header}\n1,9,9,9,9\n`,
      'sample_submission.csv': 'ImageId,Label\n1,0\n',
    })
    const { train, test: held } = await load(tree)
    expect([[...train.labels], [...train.images.subarray(4, 8)], [...held.images]]).toEqual([
      labels,
      [1, 11, 255, 0],
      [9, 9, 9, 9],
    ])
    const alone = await writeTree({ 'm.csv': `${[...rows, ...rows].join('\n')}\n` })
    expect((await load(`${alone}/m.csv`, { testFraction: 0.5 })).test.count).toBe(4)
  })

  test.each([
    ['label,a,b,c,d\n1,2,3\n', /row 1 has 3 values, not 5/],
    ['label,a,b,c,d\n1,2,3,4,256\n', /row 1 has the pixel 256/],
    ['label,a,b,c,d\n1,2,3,4,x\n', /row 1 holds "x"/],
    ['label,a,b,c,d,e\n1,2,3,4,5,6\n', /its rows have 5 pixels/],
    ['label,a,b,c,d\n', /it has no rows/],
  ])('that are damaged are errors: %j', async (text, message) => {
    const tree = await writeTree({ 'train.csv': text })
    expect((await failure(() => load(tree))).message).toMatch(message)
  })
})
