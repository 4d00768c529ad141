import { type LabelledImages, imageBytes } from '@treadle/core'
import { type Channels, resize } from '@treadle/image'

const MOST_CLASSES = 40
/** Each of a few classes has ten, each of many at least three: the sheet is part of a file. */
const perClass = (classes: number) => Math.min(10, Math.max(3, Math.floor(150 / classes)))
/** Larger images are scaled down: a contact sheet shows them small. */
const LARGEST_SIDE = 48

/**
 * Indices of up to ten images of each of the first forty classes, spread evenly over the images of the class and in the
 * order of the classes: what a contact sheet shows.
 */
export function sampleIndices({ labels: all }: Pick<LabelledImages, 'labels'>): number[] {
  const byClass = new Map<number, number[]>()
  all.forEach((label, sample) => {
    const samples = byClass.get(label)
    if (samples) samples.push(sample)
    else byClass.set(label, [sample])
  })
  const labels = [...byClass.keys()].toSorted((a, b) => a - b).slice(0, MOST_CLASSES)
  return labels.flatMap((label) => spread(byClass.get(label) as number[], perClass(labels.length)))
}

/**
 * The images of a contact sheet.
 * @param images shape [count, height, width, channels]
 * @param chosen indices of the images, in the order of the classes
 * @returns copies, each side at most 48 pixels; labels as in `images`. Undefined if the channels are not those of a picture
 */
export function sampleImages(
  images: LabelledImages,
  chosen: readonly number[] = sampleIndices(images),
): LabelledImages | undefined {
  if (![1, 2, 3, 4].includes(images.channels)) return undefined
  const factor = Math.max(1, Math.max(images.height, images.width) / LARGEST_SIDE)
  const height = Math.max(1, Math.round(images.height / factor))
  const width = Math.max(1, Math.round(images.width / factor))
  const { channels } = images
  const stride = height * width * channels
  const data = new Uint8Array(chosen.length * stride)
  for (const [place, sample] of chosen.entries())
    data.set(resize(pictureOf(images, sample), { width, height }).data, place * stride)
  return {
    kind: 'images',
    images: data,
    labels: Int32Array.from(chosen, (sample) => images.labels[sample] as number),
    count: chosen.length,
    height,
    width,
    channels,
  }
}

/** One image of several. */
export function pictureOf(images: LabelledImages, sample: number) {
  const { height, width, channels } = images
  const data = imageBytes(images, sample, sample + 1)
  return { width, height, channels: channels as Channels, data }
}

function spread(samples: readonly number[], most: number): number[] {
  const count = Math.min(most, samples.length)
  return Array.from({ length: count }, (_, i) => samples[Math.floor((i * samples.length) / count)] as number)
}
