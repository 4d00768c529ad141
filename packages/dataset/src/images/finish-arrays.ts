import { type ImageDataset, type LabelledImages, TreadleError } from '@treadle/core'
import type { Findings } from '../findings.ts'
import { checkLabels } from '../labelled-images.ts'
import type { LoadDatasetOptions } from '../load-dataset-options.ts'
import type { FoundFiles } from '../found-files.ts'
import { finishImages } from './finish-images.ts'
import { lastPart } from './load-images.ts'
import { sayLabels } from './look-at-images.ts'

/** Images of one size with their labels. */
export type ArrayPart = Omit<LabelledImages, 'kind'>

export interface ArrayParts {
  readonly train: ArrayPart
  readonly validation?: ArrayPart | undefined
  readonly test?: ArrayPart | undefined
  /** In the order of the labels, where the files tell them. */
  readonly classNames?: readonly string[] | undefined
}

/** Classes without names that labels may claim: a damaged label must not make millions. */
const MAX_CLASSES = 100_000

/**
 * A data set from arrays that are in memory. Without test images a part is held back, or with `whole` all are for testing.
 * @throws TreadleError `DATASET_COUNT_MISMATCH`, `DATASET_BAD_SHAPE`, `DATASET_BAD_LABEL`
 */
export function finishArrays(
  parts: ArrayParts,
  { path: location, kind }: FoundFiles,
  findings: Findings,
  { classNames: asked, labelOffset = 0, seed = 0, testFraction = 0.2, whole = false }: LoadDatasetOptions,
): ImageDataset {
  const names = asked ?? parts.classNames
  const checked = (part: ArrayPart | undefined, what: string): LabelledImages | undefined =>
    part && check(part, parts.train, `the ${what} labels of ${location}`, labelOffset, names?.length)
  const train = checked(parts.train, 'training') as LabelledImages
  const [validation, test] = [checked(parts.validation, 'validation'), checked(parts.test, 'test')]
  sayLabels(train.labels, findings)
  const classes = [train, validation, test].reduce(
    (most, part) => (part === undefined ? most : part.labels.reduce(higher, most)),
    2,
  )
  const classNames = names ?? Array.from({ length: classes }, (_, label) => String(label))
  const split = whole ? 'none' : { fraction: testFraction, seed }
  return finishImages(
    { name: lastPart(location), train, validation, test, classNames, findings },
    { split, location, kind, keepClasses: true },
  )
}

const higher = (classes: number, label: number): number => Math.max(classes, label + 1)

function check(
  part: ArrayPart,
  first: ArrayPart,
  where: string,
  labelOffset: number,
  classCount = MAX_CLASSES,
): LabelledImages {
  const { count, height, width, channels } = part
  if (part.labels.length !== count)
    throw new TreadleError(
      'DATASET_COUNT_MISMATCH',
      `Reading ${where}: there are ${count} images and ${part.labels.length} labels. Both must come from the same set.`,
    )
  if (height !== first.height || width !== first.width || channels !== first.channels)
    throw new TreadleError(
      'DATASET_BAD_SHAPE',
      `Reading ${where}: the images are ${height} × ${width} × ${channels}, the training images ${first.height} × ${first.width} × ${first.channels}; all must have one size.`,
    )
  const labels = labelOffset === 0 ? part.labels : part.labels.map((label) => label - labelOffset)
  checkLabels(where, labels, classCount)
  return { kind: 'images', ...part, labels }
}
