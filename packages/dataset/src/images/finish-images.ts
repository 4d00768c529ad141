import {
  type DataSource,
  type ImageDataset,
  type LabelledImages,
  type Preprocessing,
  TreadleError,
} from '@treadle/core'
import { digestSamples } from '../digests.ts'
import { type Findings, many, some } from '../findings.ts'
import { type SplitOptions, holdOut } from '../split.ts'
import { lookAtImages } from './look-at-images.ts'

/** Images that are in memory, before a test part is held back. */
export interface FinishedParts {
  readonly name: string
  readonly train: LabelledImages
  readonly validation: LabelledImages | undefined
  readonly test: LabelledImages | undefined
  readonly classNames: readonly string[]
  readonly contract?: Preprocessing
  readonly sizes?: readonly (readonly [size: string, count: number])[]
  readonly findings: Findings
}

interface FinishOptions {
  readonly split: SplitOptions | 'none' | undefined
  readonly location: string | undefined
  readonly kind: DataSource['kind']
  /** Keeps classes without training images. */
  readonly keepClasses: boolean
}

/** Holds test images back where there are none, looks at all of them, and makes a data set. */
export function finishImages(
  { name, contract, sizes, findings, ...parts }: FinishedParts,
  { split = { fraction: 0.2, seed: 0 }, location, kind, keepClasses }: FinishOptions,
): ImageDataset {
  const {
    classNames,
    train: whole,
    validation,
    test: held,
  } = keepClasses ? parts : withoutEmpty(parts, findings)
  const { train, test } =
    held !== undefined ? { train: whole, test: held } : holdBack(whole, split, classNames, findings)
  lookAtImages({ train, validation, test, classNames }, findings)
  return {
    name,
    train,
    test,
    ...(validation && { validation }),
    classNames,
    source: {
      kind,
      ...(location !== undefined && { location }),
      sha256: digestSamples({ train, test, ...(validation && { validation }) }),
    },
    ...(contract && { preprocessing: contract }),
    findings: findings.list,
    ...(sizes && { sizes }),
  }
}

type Parts = Omit<FinishedParts, 'name' | 'contract' | 'sizes' | 'findings'>

/** Leaves classes without any image out: their files were unreadable, which is a finding. */
function withoutEmpty(parts: Parts, findings: Findings): Parts {
  const present = new Set(parts.train.labels)
  if (present.size === parts.classNames.length) return parts
  const kept = [...parts.classNames.keys()].filter((label) => present.has(label))
  const classNames = kept.map((label) => parts.classNames[label] as string)
  if (classNames.length < 2) {
    const [unreadable] = findings.list.flatMap(({ files = [] }) => files).filter(({ reason }) => reason)
    throw new TreadleError(
      'DATASET_BAD_IMAGE',
      `Reading ${unreadable?.name}: ${unreadable?.reason} Only the class ${classNames[0]} has images that can be read; a classifier needs at least two classes.`,
    )
  }
  const again = <Part extends LabelledImages | undefined>(part: Part): Part =>
    part && {
      ...part,
      labels: part.labels.map((label) => {
        if (present.has(label)) return kept.indexOf(label)
        throw new TreadleError(
          'DATASET_BAD_LAYOUT',
          `The class ${parts.classNames[label]} has test images, but no training images that can be read.`,
        )
      }),
    }
  return {
    classNames,
    train: again(parts.train),
    validation: again(parts.validation),
    test: again(parts.test),
  }
}

function holdBack(
  whole: LabelledImages,
  split: SplitOptions | 'none',
  classNames: readonly string[],
  findings: Findings,
): { train: LabelledImages; test: LabelledImages } {
  if (split === 'none') {
    const { stored: _, ...form } = whole
    return { train: { ...form, ...nothing }, test: whole }
  }
  const counts = classNames.map(() => 0)
  for (const label of whole.labels) counts[label]!++
  const single = classNames.filter((_, label) => counts[label] === 1)
  if (counts.every((count) => count < 2)) {
    throw new TreadleError(
      'DATASET_TOO_FEW',
      `No class has two images, so that none can be held back for testing. Add images, or put test images into a folder test beside train.`,
    )
  }
  const { train, validation: test } = holdOut(whole, split)
  findings.note(
    'DATASET_SPLIT',
    `There are no test images of their own, so ${test.count} of ${whole.count} images are held back for testing: ${percent(split.fraction)} of each class (--test-split), chosen by seed ${split.seed}.`,
  )
  if (single.length > 0)
    findings.warn(
      'DATASET_SMALL_CLASS',
      `${many(single.length, 'class', ['has', 'have'])} a single image, which is for training: ${some(single, 20)}.`,
    )
  const untested = classNames.filter((name, label) => !single.includes(name) && !test.labels.includes(label))
  if (untested.length > 0)
    findings.warn(
      'DATASET_SMALL_CLASS',
      `${many(untested.length, 'class', ['has', 'have'])} too few images for a test image: ${some(untested, 20)}. A larger part for testing (--test-split) gives each class one.`,
    )
  return { train, test }
}

const nothing = { images: new Uint8Array(0), labels: new Int32Array(0), count: 0 }

const percent = (fraction: number) => `${Math.round(fraction * 1000) / 10} %`
