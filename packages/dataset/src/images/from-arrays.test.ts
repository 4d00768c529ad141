import { describe, expect, test } from 'vitest'
import { failure } from '../../test/failure.ts'
import { type ImageArraysOptions, imagesFromArrays } from './from-arrays.ts'

const pixels = Uint8Array.from({ length: 24 }, (_, index) => index)
const size = { height: 2, width: 2 }

test('one array is taken as it is', () => {
  const data = imagesFromArrays({
    train: { images: pixels, labels: [0, 1, 0, 1, 2, 2] },
    test: { images: pixels.subarray(0, 8), labels: Int32Array.of(2, 0) },
    ...size,
  })
  expect(data.train.images).toBe(pixels)
  expect(data).toMatchObject({ name: 'images', classNames: ['0', '1', '2'], source: { kind: 'memory' } })
  expect([data.train.count, data.test.count, [...data.test.labels]]).toEqual([6, 2, [2, 0]])
  expect(Object.keys(data.source.sha256)).toEqual([
    'train-images',
    'train-labels',
    'test-images',
    'test-labels',
  ])
})

test('an array an image, clamped bytes and colour will do, and a part is held back', () => {
  const images = [0, 1, 2, 3, 4].map((value) => Array(12).fill(value))
  const options = { ...size, channels: 3, split: { fraction: 0.4, seed: 3 }, classNames: ['a', 'b'] }
  const data = imagesFromArrays({ train: { images, labels: [0, 0, 0, 1, 1] }, ...options })
  expect([data.train.count, data.test.count]).toEqual([3, 2])
  expect(
    [...data.train.images, ...data.test.images].filter((_, i) => i % 12 === 0).toSorted((a, b) => a - b),
  ).toEqual([0, 1, 2, 3, 4])
  const clamped = Uint8ClampedArray.from(images.flat())
  const again = imagesFromArrays({ train: { images: clamped, labels: [0, 0, 0, 1, 1] }, ...options })
  expect(again.source.sha256).toEqual(data.source.sha256)
})

describe('refused', () => {
  const train = { images: pixels, labels: [0, 1, 0, 1, 2, 2] }
  test.each<[string, Partial<ImageArraysOptions>, string, RegExp]>([
    [
      'a part of an image',
      { train: { images: pixels.subarray(1), labels: [0] } },
      'DATASET_BAD_SHAPE',
      /23 values/,
    ],
    ['no image', { train: { images: [], labels: [] } }, 'DATASET_BAD_SHAPE', /there are no images/],
    [
      'an image of another size',
      { train: { images: [[1, 2, 3]], labels: [0] } },
      'DATASET_BAD_SHAPE',
      /image 0 has 3 values, expected 4/,
    ],
    [
      'scaled values',
      { train: { images: [[0, 0.5, 1, 1]], labels: [0] } },
      'DATASET_BAD_VALUE',
      /value 1 of image 0 is 0.5/,
    ],
    ['values past 255', { train: { images: [[0, 256, 1, 1]], labels: [0] } }, 'DATASET_BAD_VALUE', /256/],
    [
      'too few labels',
      { train: { images: pixels, labels: [0] } },
      'DATASET_COUNT_MISMATCH',
      /6 images and 1 labels/,
    ],
    [
      'a label below 0',
      { train: { images: pixels, labels: [0, -1, 0, 0, 0, 0] } },
      'DATASET_BAD_LABEL',
      /label 1 is -1/,
    ],
    [
      'a label between',
      { train: { images: pixels, labels: [0, 0.5, 0, 0, 0, 0] } },
      'DATASET_BAD_LABEL',
      /must be integers/,
    ],
    [
      'a label past 32 bits',
      { train: { images: pixels, labels: [0, 2 ** 32, 0, 0, 0, 0] } },
      'DATASET_BAD_LABEL',
      /must be integers/,
    ],
    [
      'a label without a name',
      { train, classNames: ['a', 'b'] },
      'DATASET_BAD_LABEL',
      /label 4 is 2; labels must be from 0 to 1/,
    ],
    [
      'images that are no array',
      { train: { images: new Error('x') as never, labels: [0] } },
      'DATASET_BAD_VALUE',
      /`images` \(=an instance of Error\) must be an array/,
    ],
    [
      'labels that are no array',
      { train: { images: pixels, labels: { length: 6 } } },
      'DATASET_BAD_VALUE',
      /`labels` \(=\{"length":6\}\) must be an array/,
    ],
    [
      'an image that is missing',
      { train: { images: [[1, 2, 3, 4], undefined as never], labels: [0, 1] } },
      'DATASET_BAD_SHAPE',
      /image 1 has undefined values/,
    ],
    [
      'a label that has no text',
      { train: { images: pixels, labels: [0, { toString: 5 } as never, 0, 0, 0, 0] } },
      'DATASET_BAD_LABEL',
      /label 1 is \{"toString":5\}/,
    ],
    ['no height', { train, height: 0 }, 'DATASET_BAD_OPTION', /`height` \(=0\)/],
    [
      'a split that leaves nothing',
      { train, split: { fraction: 0.01, seed: 0 } },
      'DATASET_BAD_OPTION',
      /`fraction` \(=0.01\)/,
    ],
  ])('%s', async (_, options, code, message) => {
    const error = await failure(() => imagesFromArrays({ train, ...size, ...options }))
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)])
  })
})
