import { type ImageDataset, type LabelledImages, TreadleError, checkOptions, show } from '@treadle/core'
import { bytesOf } from '@treadle/image'
import { digestSamples } from '../digests.ts'
import { checkLabels } from '../labelled-images.ts'
import { type SplitOptions, splitSamples } from '../split.ts'

/** Images and their labels in memory. */
export interface ImageArrays {
  /** Values 0 to 255: one array of shape [count, height, width, channels], or an array for each image. */
  readonly images: Uint8Array | Uint8ClampedArray | readonly ArrayLike<number>[]
  /** Class indices, shape [count]. */
  readonly labels: ArrayLike<number>
}

export interface ImageArraysOptions {
  readonly train: ImageArrays
  /** Default: a part of the training images, chosen by `split`. */
  readonly test?: ImageArrays | undefined
  /** Default: fraction 0.2, seed 0. */
  readonly split?: SplitOptions | undefined
  readonly height: number
  readonly width: number
  /** Default 1. */
  readonly channels?: number | undefined
  /** Default: the labels from 0 to the largest that occurs. */
  readonly classNames?: readonly string[] | undefined
  /** Default `'images'`. */
  readonly name?: string | undefined
}

/**
 * Creates a data set from images in memory. A single `Uint8Array` is used without a copy.
 *
 * @throws TreadleError `DATASET_BAD_SHAPE`, `DATASET_BAD_VALUE`, `DATASET_BAD_LABEL`, `DATASET_COUNT_MISMATCH`, `DATASET_BAD_OPTION`
 * @example
 * const data = imagesFromArrays({ train: { images: pixels, labels: [0, 1, 1] }, height: 28, width: 28 })
 */
export function imagesFromArrays(options: ImageArraysOptions): ImageDataset {
  checkOptions('imagesFromArrays', options, {
    train: 'object',
    test: 'object',
    split: 'object',
    height: 'any',
    width: 'any',
    channels: 'any',
    classNames: 'list',
    name: 'string',
  })
  for (const which of ['train', 'test'] as const) {
    const arrays: unknown = options[which]
    if (which === 'test' && arrays === undefined) continue
    checkOptions(`imagesFromArrays: ${which}`, arrays, { images: 'object', labels: 'object' })
    checkLists(which, arrays as Partial<ImageArrays>)
  }
  const { height, width, channels = 1, name = 'images', split = { fraction: 0.2, seed: 0 } } = options
  for (const [option, size] of Object.entries({ height, width, channels })) {
    if (Number.isInteger(size) && size >= 1) continue
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Using images from arrays: \`${option}\` (=${show(size)}) must be an integer of at least 1.`,
    )
  }
  const size = { height, width, channels }
  const whole = part('train', options.train, size, options.classNames)
  const { train, test } = options.test
    ? { train: whole, test: part('test', options.test, size, options.classNames) }
    : holdBack(whole, split)
  const classCount = [train, test].reduce(
    (most, { labels }) => labels.reduce((max, label) => Math.max(max, label + 1), most),
    1,
  )
  return {
    name,
    train,
    test,
    classNames: options.classNames ?? Array.from({ length: classCount }, (_, label) => String(label)),
    source: { kind: 'memory', sha256: digestSamples({ train, test }) },
  }
}

/** Splits samples; the held-back part is the test set. */
function holdBack(
  samples: LabelledImages,
  split: SplitOptions,
): { train: LabelledImages; test: LabelledImages } {
  const { train, validation } = splitSamples(samples, split)
  return { train, test: validation }
}

/** @throws TreadleError `DATASET_BAD_VALUE` unless images and labels are arrays */
function checkLists(name: string, { images, labels }: Partial<ImageArrays>): void {
  for (const [field, list] of Object.entries({ images, labels })) {
    if (Array.isArray(list) || (ArrayBuffer.isView(list) && !(list instanceof DataView))) continue
    throw new TreadleError(
      'DATASET_BAD_VALUE',
      `Using ${name} images from arrays: \`${field}\` (=${show(list)}) must be an array.`,
    )
  }
}

function part(
  name: string,
  { images, labels }: ImageArrays,
  size: { height: number; width: number; channels: number },
  classNames: readonly string[] | undefined,
): LabelledImages {
  const stride = size.height * size.width * size.channels
  const bytes = bytesOf(images)
  const pixels = bytes
    ? oneArray(name, bytes, stride)
    : manyArrays(name, images as readonly ArrayLike<number>[], stride)
  const count = pixels.length / stride
  if (labels.length !== count) {
    throw new TreadleError(
      'DATASET_COUNT_MISMATCH',
      `Using ${name} images from arrays: there are ${count} images and ${labels.length} labels; each image must have one label.`,
    )
  }
  const where = `the ${name} labels`
  for (let index = 0; index < count; index++) {
    if (Number.isInteger(labels[index]) && Math.abs(labels[index] as number) < 2 ** 31) continue
    throw new TreadleError(
      'DATASET_BAD_LABEL',
      `Reading ${where}: label ${index} is ${show(labels[index])}; labels must be integers.`,
    )
  }
  const classes = Int32Array.from(labels)
  checkLabels(where, classes, classNames?.length ?? Number.POSITIVE_INFINITY)
  return { kind: 'images', images: pixels, labels: classes, count, ...size }
}

function oneArray(name: string, images: Uint8Array, stride: number): Uint8Array {
  if (images.length > 0 && images.length % stride === 0) return images
  throw new TreadleError(
    'DATASET_BAD_SHAPE',
    `Using ${name} images from arrays: ${images.length} values are not a multiple of ${stride}, the values of an image (height · width · channels).`,
  )
}

function manyArrays(name: string, images: readonly ArrayLike<number>[], stride: number): Uint8Array {
  if (images.length === 0)
    throw new TreadleError('DATASET_BAD_SHAPE', `Using ${name} images from arrays: there are no images.`)
  const pixels = new Uint8Array(images.length * stride)
  for (const [index, image] of images.entries()) {
    if (image?.length !== stride) {
      throw new TreadleError(
        'DATASET_BAD_SHAPE',
        `Using ${name} images from arrays: image ${index} has ${show(image?.length)} values, expected ${stride} (height · width · channels).`,
      )
    }
    for (let offset = 0; offset < stride; offset++) {
      const value = image[offset] as number
      if (!Number.isInteger(value) || value < 0 || value > 255) {
        throw new TreadleError(
          'DATASET_BAD_VALUE',
          `Using ${name} images from arrays: value ${offset} of image ${index} is ${show(value)}; values must be integers from 0 to 255, not scaled.`,
        )
      }
      pixels[index * stride + offset] = value
    }
  }
  return pixels
}
