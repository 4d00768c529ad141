import { describe, expect, test } from 'vitest'
import { dropped } from '../test/dropped.ts'
import { failure } from '../test/failure.ts'
import { gzipped } from '../test/gzipped.ts'
import { loadIdxFolder } from './idx-folder.ts'

/** IDX of uint8 by hand: a header for `shape`, then the values. */
function idx(shape: readonly number[], values: readonly number[], code = 8): Uint8Array<ArrayBuffer> {
  const header = shape.flatMap((size) => [0, 0, size >> 8, size & 255])
  return Uint8Array.of(0, 0, code, shape.length, ...header, ...values)
}

/** Three training images and one test image of 2 × 2. */
const set = {
  'train-images-idx3-ubyte': idx([3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
  'train-labels-idx1-ubyte': idx([3], [0, 2, 1]),
  't10k-images-idx3-ubyte': idx([1, 2, 2], [20, 21, 22, 23]),
  't10k-labels-idx1-ubyte': idx([1], [3]),
}

/** Labels as QMNIST's: int32, eight columns. */
const qmnistLabels = (labels: readonly number[]) => {
  const values = labels.flatMap((label) => [label, 1, 2, 3, 4, 5, 6, 7])
  return idx(
    [labels.length, 8],
    values.flatMap((value) => [0, 0, 0, value]),
    0x0c,
  )
}

const renamed = (rename: (name: string) => string, files: Record<string, Uint8Array<ArrayBuffer>> = set) =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [rename(name), bytes]))

describe('names', () => {
  test.each<[string, (name: string) => string]>([
    ['as published', (name) => name],
    ['with a dot', (name) => name.replace('-idx', '.idx')],
    ['with test for t10k', (name) => name.replace('t10k', 'test')],
    ['with a prefix', (name) => `kmnist-${name}`],
  ])('%s', async (_, rename) => {
    const { train, test: held, classNames, source } = await loadIdxFolder(dropped(renamed(rename)))
    expect([train.count, train.height, train.width, train.channels]).toEqual([3, 2, 2, 1])
    expect([[...train.labels], [...held.labels], [...held.images]]).toEqual([
      [0, 2, 1],
      [3],
      [20, 21, 22, 23],
    ])
    expect(classNames).toEqual(['0', '1', '2', '3'])
    expect(Object.keys(source.sha256)).toEqual(Object.keys(set).map(rename))
  })

  test('gzipped; a plain file goes first', async () => {
    const packed = Object.fromEntries(
      await Promise.all(
        Object.entries(set).map(async ([name, bytes]) => [`${name}.gz`, await gzipped(bytes)]),
      ),
    ) as Record<string, Uint8Array<ArrayBuffer>>
    const folder = dropped({ ...packed, 't10k-labels-idx1-ubyte': idx([1], [1]) })
    const { test: held, source } = await loadIdxFolder(folder)
    expect([...held.labels]).toEqual([1])
    expect(Object.keys(source.sha256)).toEqual(Object.keys(set))
  })

  test('several sets are told apart by prefix', async () => {
    const folder = dropped({ ...renamed((name) => `a-${name}`), ...renamed((name) => `b-${name}`) })
    const error = await failure(() => loadIdxFolder(folder))
    expect([error.code, error.message]).toEqual(['DATASET_AMBIGUOUS', expect.stringContaining('"a-", "b-"')])
    expect((await loadIdxFolder(folder, { prefix: 'b-' })).name).toBe('b')
    expect((await loadIdxFolder(folder, { prefix: 'b' })).name).toBe('b')
    const both = dropped({ ...renamed((name) => `a-${name}`), ...renamed((name) => `a-b-${name}`) })
    expect((await loadIdxFolder(both, { prefix: 'a-' })).name).toBe('a')
    expect((await failure(() => loadIdxFolder(both, { prefix: 'a' }))).code).toBe('DATASET_AMBIGUOUS')
    expect((await failure(() => loadIdxFolder(folder, { prefix: 'c-' }))).message).toContain(
      'Prefixes found: "a-", "b-"',
    )
  })

  test('EMNIST: six sets in one folder, each with a mapping that names the classes and the first label', async () => {
    const letters = {
      ...set,
      'train-labels-idx1-ubyte': idx([3], [1, 3, 2]),
      't10k-labels-idx1-ubyte': idx([1], [3]),
      'mapping.txt': new TextEncoder().encode('1 65 97\n2 66 98\n3 67 99\n'),
    }
    const digits = { ...set, 'mapping.txt': new TextEncoder().encode('0 48\r\n1 49\r\n2 50\r\n3 51\r\n') }
    const names = ['balanced', 'byclass', 'bymerge', 'digits', 'mnist']
    const six = [letters, ...names.map(() => digits)].map((files, i) =>
      renamed((name) => `emnist-${['letters', ...names][i]}-${name}`, files),
    )
    const folder = dropped(Object.assign({}, ...six) as Record<string, Uint8Array<ArrayBuffer>>)
    expect((await failure(() => loadIdxFolder(folder))).code).toBe('DATASET_AMBIGUOUS')
    const data = await loadIdxFolder(folder, { prefix: 'emnist-letters-' })
    expect([data.classNames, [...data.train.labels], [...data.test.labels]]).toEqual([
      ['A', 'B', 'C'],
      [0, 2, 1],
      [2],
    ])
    // Published transposed.
    expect([...data.train.images.subarray(0, 4)]).toEqual([1, 3, 2, 4])
    expect(data.findings?.map(({ code }) => code)).toContain('DATASET_MAPPING')
    expect((await loadIdxFolder(folder, { prefix: 'emnist-digits-' })).classNames).toEqual([
      '0',
      '1',
      '2',
      '3',
    ])
    const kept = await loadIdxFolder(folder, { prefix: 'emnist-letters-', labelOffset: 0 })
    expect([kept.classNames, [...kept.train.labels]]).toEqual([
      ['0', 'A', 'B', 'C'],
      [1, 3, 2],
    ])
    const own = await loadIdxFolder(folder, {
      prefix: 'emnist-letters-',
      labelOffset: 1,
      classNames: ['a', 'b', 'c'],
    })
    expect(own.classNames).toEqual(['a', 'b', 'c'])
  })

  test.each([
    ['1 A\n', /line 1 is no label/],
    ['\n', /it has no lines/],
    ['1 65\n90000 66\n', /it names 2 of the labels up to 90000/],
    ['x'.repeat(70_000), /it has 70000 bytes/],
    ['0 65\n1 66\n', /label 1 is 2; labels must be from 0 to 1/],
  ])('a damaged mapping is an error: %.20j', async (text, message) => {
    const files = { ...renamed((name) => `a-${name}`), 'a-mapping.txt': new TextEncoder().encode(text) }
    expect((await failure(() => loadIdxFolder(dropped(files)))).message).toMatch(message)
  })

  test('QMNIST: the class is the first of eight columns of labels', async () => {
    const folder = dropped({
      'qmnist-train-images-idx3-ubyte': set['train-images-idx3-ubyte'],
      'qmnist-train-labels-idx2-int': qmnistLabels([0, 2, 1]),
      'qmnist-test-images-idx3-ubyte': set['t10k-images-idx3-ubyte'],
      'qmnist-test-labels-idx2-int': qmnistLabels([3]),
    })
    const { train, test: held, classNames } = await loadIdxFolder(folder)
    expect([[...train.labels], [...held.labels], classNames]).toEqual([[0, 2, 1], [3], ['0', '1', '2', '3']])
  })

  test('of classes may be given', async () => {
    const folder = dropped(set)
    expect((await loadIdxFolder(folder, { classNames: ['a', 'b', 'c', 'd'] })).classNames).toEqual([
      'a',
      'b',
      'c',
      'd',
    ])
    const error = await failure(() => loadIdxFolder(folder, { classNames: ['a', 'b'] }))
    expect([error.code, error.message]).toEqual([
      'DATASET_BAD_LABEL',
      expect.stringMatching(/is [23]; labels must be from 0 to 1/),
    ])
  })
})

test('EMNIST’s images are turned the right way up', async () => {
  const folder = dropped(renamed((name) => `emnist-letters-${name}`))
  expect([...(await loadIdxFolder(folder)).test.images]).toEqual([20, 22, 21, 23])
  expect([...(await loadIdxFolder(folder, { transpose: false })).test.images]).toEqual([20, 21, 22, 23])
})

test('flat square images and wider labels are taken', async () => {
  const folder = dropped({
    ...set,
    'train-images-idx3-ubyte': idx([3, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    't10k-labels-idx1-ubyte': idx([1], [0, 0, 0, 2], 0x0c),
  })
  const { train, test: held } = await loadIdxFolder(folder)
  expect([train.height, train.width, [...held.labels]]).toEqual([2, 2, [2]])
})

describe('what does not fit is refused', () => {
  test.each<[string, Record<string, Uint8Array<ArrayBuffer>>, string, RegExp]>([
    [
      'too few labels',
      { 'train-labels-idx1-ubyte': idx([2], [0, 1]) },
      'DATASET_COUNT_MISMATCH',
      /3 images.*2 labels/,
    ],
    [
      'a label below 0',
      { 'train-labels-idx1-ubyte': idx([3], [0, 255, 1], 9) },
      'DATASET_BAD_LABEL',
      /label 1 is -1/,
    ],
    [
      'a label far above all others',
      { 'train-labels-idx1-ubyte': idx([3], [0, 255, 1]) },
      'DATASET_BAD_LABEL',
      /label is 255, so that there are 256 classes, but only 3 of them/,
    ],
    [
      'a test label that would take all memory to name its classes',
      { 't10k-labels-idx1-ubyte': idx([1], [0x7f, 255, 255, 255], 0x0c) },
      'DATASET_BAD_LABEL',
      /2147483648 classes, but only 3 of them/,
    ],
    [
      'labels with fractions',
      { 't10k-labels-idx1-ubyte': idx([1], [0x3f, 0, 0, 0], 0x0d) },
      'DATASET_BAD_SHAPE',
      /must be integers/,
    ],
    [
      'labels in two dimensions',
      { 't10k-labels-idx1-ubyte': idx([1, 1], [0]) },
      'DATASET_BAD_SHAPE',
      /must be integers/,
    ],
    [
      'images of signed bytes',
      { 't10k-images-idx3-ubyte': idx([1, 2, 2], [1, 2, 3, 4], 9) },
      'DATASET_BAD_SHAPE',
      /int8; images must be uint8/,
    ],
    [
      'flat images that are not square',
      { 't10k-images-idx3-ubyte': idx([1, 5], [1, 2, 3, 4, 5]) },
      'DATASET_BAD_SHAPE',
      /square/,
    ],
    [
      'images in five dimensions',
      { 't10k-images-idx3-ubyte': idx([1, 1, 1, 1, 1], [1]) },
      'DATASET_BAD_SHAPE',
      /\[1, 1, 1, 1, 1\]/,
    ],
    [
      'test images of another size',
      { 't10k-images-idx3-ubyte': idx([1, 3, 3], Array(9).fill(1)) },
      'DATASET_BAD_SHAPE',
      /2 × 2 × 1.*3 × 3 × 1/,
    ],
    [
      'a truncated file',
      { 't10k-images-idx3-ubyte': idx([1, 2, 2], [1]) },
      'DATASET_TRUNCATED',
      /t10k-images/,
    ],
  ])('%s', async (_, files, code, message) => {
    const folder = dropped({ ...set, ...files })
    const error = await failure(() => loadIdxFolder(folder))
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)])
  })

  test('a folder without the set, or with a part of it', async () => {
    expect((await failure(() => loadIdxFolder(dropped({ x: '' })))).message).toMatch(/no IDX files/)
    const { 't10k-labels-idx1-ubyte': _, ...rest } = set
    expect((await failure(() => loadIdxFolder(dropped(rest)))).message).toMatch(/lacks its test labels/)
  })
})
