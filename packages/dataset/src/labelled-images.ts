import { type LabelledImages, TreadleError } from '@treadle/core'
import type { IdxArray } from './idx/format.ts'

/** An IDX array with the name of its file, which error messages use. */
export interface NamedIdx {
  readonly name: string
  readonly array: IdxArray
}

/**
 * Combines an IDX file of images and one of labels.
 *
 * @param images uint8 of shape [count, height, width], [count, height, width, channels], or [count, pixels] of square images
 * @param labels integers of shape [count], or [count, 8] whose first column are the labels, as QMNIST's; from 0 to
 *   `classCount` − 1 after `labelOffset` is subtracted
 * @throws TreadleError `DATASET_BAD_SHAPE`, `DATASET_COUNT_MISMATCH`, `DATASET_BAD_LABEL`
 */
export function labelledImages(
  images: NamedIdx,
  labels: NamedIdx,
  classCount = Number.POSITIVE_INFINITY,
  labelOffset = 0,
): LabelledImages {
  const { array } = images
  if (array.dtype !== 'uint8') {
    throw new TreadleError(
      'DATASET_BAD_SHAPE',
      `Reading ${images.name}: its values are ${array.dtype}; images must be uint8.`,
    )
  }
  const [count, height, width, channels] = imageShape(images.name, array.shape)
  const classes = labelsOf(labels, classCount, labelOffset)
  if (classes.length !== count) {
    throw new TreadleError(
      'DATASET_COUNT_MISMATCH',
      `Reading ${images.name}: it holds ${count} images, but ${labels.name} holds ${classes.length} labels. ` +
        'Both must come from the same set; download both again.',
    )
  }
  return { kind: 'images', images: array.data, labels: classes, count, height, width, channels }
}

function imageShape(name: string, shape: readonly number[]): [number, number, number, number] {
  const [count = 0, second = 0, third = 0, channels = 1] = shape
  if (shape.length === 3 || (shape.length === 4 && [1, 3, 4].includes(channels)))
    return [count, second, third, channels]
  const side = Math.sqrt(second)
  if (shape.length === 2 && Number.isInteger(side)) return [count, side, side, 1]
  throw new TreadleError(
    'DATASET_BAD_SHAPE',
    `Reading ${name}: its shape is [${shape.join(', ')}]; images must have the shape [count, height, width], ` +
      '[count, height, width, channels] with 1, 3 or 4 channels, or [count, pixels] with a square number of pixels.',
  )
}

/** QMNIST's labels have eight columns: the class, then where the digit comes from. */
const QMNIST_COLUMNS = 8

function labelsOf({ name, array }: NamedIdx, classCount: number, labelOffset: number): Int32Array {
  const { shape, dtype, data } = array
  const columns = shape.length === 2 && shape[1] === QMNIST_COLUMNS ? QMNIST_COLUMNS : 1
  if ((shape.length !== 1 && columns === 1) || dtype === 'float32' || dtype === 'float64') {
    throw new TreadleError(
      'DATASET_BAD_SHAPE',
      `Reading ${name}: it holds ${dtype} values of shape [${shape.join(', ')}]; labels must be integers of shape [count].`,
    )
  }
  const labels = Int32Array.from(
    { length: data.length / columns },
    (_, i) => (data[i * columns] as number) - labelOffset,
  )
  checkLabels(name, labels, classCount)
  return labels
}

/** @throws TreadleError `DATASET_BAD_LABEL` */
export function checkLabels(name: string, labels: Int32Array, classCount: number): void {
  const index = labels.findIndex((label) => label < 0 || label >= classCount)
  if (index < 0) return
  const range = Number.isFinite(classCount) ? `from 0 to ${classCount - 1}` : 'at least 0'
  throw new TreadleError(
    'DATASET_BAD_LABEL',
    `Reading ${name}: label ${index} is ${labels[index]}; labels must be ${range}.`,
  )
}
