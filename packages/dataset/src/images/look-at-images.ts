import { type LabelledImages, imageBytes } from '@treadle/core'
import { type Findings, many, some } from '../findings.ts'

interface Parts {
  readonly train: LabelledImages
  readonly validation?: LabelledImages | undefined
  readonly test: LabelledImages
  readonly classNames: readonly string[]
}

/** Tells what looks wrong with images: all equal, or the same in training and test. */
export function lookAtImages({ train, validation, test, classNames }: Parts, findings: Findings): void {
  if (train.count > 1 && allEqual(train))
    findings.warn(
      'DATASET_EQUAL_INPUTS',
      'All training images are equal, so nothing can be learned from them. If they are transparent, give another `background` (--background).',
    )
  if (train.count === 0) return
  const index = indexOf(train)
  const others = [
    ['test', test],
    ['validation', validation],
  ] as const
  for (const [name, part] of others) {
    if (part === undefined) continue
    const found = sharedSamples(train, index, part)
    if (found.length === 0) continue
    const conflicting = found.filter(([one, other]) => train.labels[one] !== part.labels[other]).length
    const classes = [...new Set(found.map(([, other]) => classNames[part.labels[other] as number] as string))]
    findings.warn(
      'DATASET_DUPLICATES',
      `${many(found.length, `${name} image`, ['is', 'are'])} also in training, pixel for pixel, so the ${name} accuracy is too high (${some(classes)}).` +
        (conflicting > 0 ? ` ${conflicting} of them have another class there.` : ''),
    )
  }
}

/** Tells of labels that begin above 0, so that class 0 has no images. */
export function sayLabels(labels: Int32Array, findings: Findings): void {
  const least = labels.reduce((min, label) => Math.min(min, label), Number.POSITIVE_INFINITY)
  if (!Number.isFinite(least) || least === 0) return
  findings.warn(
    'DATASET_LABELS_SKIP_ZERO',
    `The labels begin with ${least}, so ${least === 1 ? 'class 0 has' : `the classes 0 to ${least - 1} have`} no images. If ${least} is the first class, give \`labelOffset: ${least}\` (--label-offset ${least}).`,
  )
}

const strideOf = ({ height, width, channels }: LabelledImages) => height * width * channels

const imageOf = (part: LabelledImages, sample: number) => imageBytes(part, sample, sample + 1)

const areEqual = (one: Uint8Array, other: Uint8Array) => one.every((value, i) => value === other[i])

function allEqual(part: LabelledImages): boolean {
  const first = imageOf(part, 0)
  for (let sample = 1; sample < part.count; sample++)
    if (!areEqual(first, imageOf(part, sample))) return false
  return true
}

/** FNV-1a over an image, in 32 bits. */
function hash(image: Uint8Array): number {
  let value = 0x811c9dc5
  for (let i = 0; i < image.length; i++) value = Math.imul(value ^ (image[i] as number), 0x01000193)
  return value
}

/** Samples by the hash of their pixels; at most a few for each hash. */
function indexOf(part: LabelledImages): Map<number, number[]> {
  const index = new Map<number, number[]>()
  for (let sample = 0; sample < part.count; sample++) {
    const key = hash(imageOf(part, sample))
    const same = index.get(key)
    if (same === undefined) index.set(key, [sample])
    else if (same.length < 8) same.push(sample)
  }
  return index
}

/** Pairs of a training sample and a sample of another part with equal pixels. */
function sharedSamples(
  train: LabelledImages,
  index: ReadonlyMap<number, readonly number[]>,
  part: LabelledImages,
): [train: number, other: number][] {
  if (strideOf(part) !== strideOf(train)) return []
  const found: [number, number][] = []
  for (let sample = 0; sample < part.count; sample++) {
    const image = imageOf(part, sample)
    const same = index.get(hash(image))?.find((one) => areEqual(imageOf(train, one), image))
    if (same !== undefined) found.push([same, sample])
  }
  return found
}
