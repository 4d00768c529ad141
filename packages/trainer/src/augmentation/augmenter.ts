import { type LabelledImages, imageBytes } from '@treadle/core'
import { type AffineMap, PixelPrograms } from '@treadle/kernels'
import { compose } from './affine-map.ts'
import { type Draw, numbersOf } from './definition.ts'
import type { AugmentationStep } from './resolve.ts'

/** How the kernels make the images of some rows. */
export interface AugmentedRows {
  /** A program for each row. */
  readonly pixels: PixelPrograms
  /** Soft labels, shape [rows, classes]; absent unless labels are mixed. */
  readonly labels?: Float32Array | undefined
}

/** An image of an epoch: the index of the image in the training samples. */
type At = Pick<Draw, 'epoch' | 'index'>

/**
 * Says how the images of a run are augmented: it draws the random numbers, and the kernels change the pixels. The numbers
 * depend on seed, epoch, image and place in the list alone, so that the bytes are the same in any executor, in any number
 * of calls, and after a resume.
 */
export class Augmenter {
  readonly steps: readonly AugmentationStep[]
  /** Whether training has soft labels. */
  readonly mixesLabels: boolean
  /** The images, and how many of them a program works on at once. */
  readonly augmented: { readonly shape: LabelledImages; readonly depth: number }
  readonly #samples: LabelledImages
  readonly #seed: number

  constructor(samples: LabelledImages, steps: readonly AugmentationStep[], seed: number) {
    const mixes = steps.filter(({ definition }) => 'mix' in definition).length
    this.#samples = samples
    this.steps = steps
    this.mixesLabels = mixes > 0
    this.augmented = { shape: samples, depth: mixes + 1 }
    this.#seed = seed
  }

  /**
   * For a source that holds all samples.
   * @param rows indices of images
   * @param classes of soft labels
   */
  ofAll(epoch: number, rows: Uint32Array, classes: number): AugmentedRows {
    return this.#write(epoch, rows, classes, { row: (_, index) => index, other: (index) => index })
  }

  /**
   * For a source that holds some samples.
   * @param rows indices of images
   * @param images of these rows, in their order
   * @returns with the source: `images`, and then those that are mixed into them
   */
  ofRows(
    epoch: number,
    rows: Uint32Array,
    images: Uint8Array,
    classes: number,
  ): AugmentedRows & { readonly source: Uint8Array } {
    const others: number[] = []
    const made = this.#write(epoch, rows, classes, {
      row: (i) => i,
      other: (index) => rows.length + others.push(index) - 1,
    })
    if (others.length === 0) return { ...made, source: images }
    const size = images.length / rows.length
    const source = new Uint8Array(images.length + others.length * size)
    source.set(images)
    for (const [i, index] of others.entries())
      source.set(imageBytes(this.#samples, index, index + 1), images.length + i * size)
    return { ...made, source }
  }

  #write(epoch: number, rows: Uint32Array, classes: number, places: Places): AugmentedRows {
    const pixels = new PixelPrograms(this.#samples)
    const labels = this.mixesLabels ? new Float32Array(rows.length * classes) : undefined
    const other = places.other
    for (let i = 0; i < rows.length; i++) {
      const index = rows[i] as number
      const label = labels?.subarray(i * classes, (i + 1) * classes)
      pixels.begin()
      pixels.load(places.row(i, index))
      this.#change(pixels, other, { epoch, index }, this.steps.length, label)
      pixels.end()
    }
    return { pixels, labels }
  }

  /** Writes the first `count` steps for the image on the top, and its label. */
  #change(
    pixels: PixelPrograms,
    placeOf: Places['other'],
    { epoch, index }: At,
    count: number,
    label: Float32Array | undefined,
  ): void {
    if (label) label[this.#samples.labels[index] as number] = 1
    // Of the steps since the last resampling.
    let map: AffineMap | undefined
    for (let position = 0; position < count; position++) {
      const { definition, value } = this.steps[position] as AugmentationStep
      const draw: Draw = { seed: this.#seed, epoch, index, position }
      if ('map' in definition) {
        const next = definition.map(value, draw, pixels)
        map = map ? compose(map, next) : next
        continue
      }
      if (map) pixels.resample(map)
      map = undefined
      if ('apply' in definition) {
        definition.apply(pixels, value, draw)
        continue
      }
      const other = this.#otherOf(draw)
      const otherLabel = label && new Float32Array(label.length)
      pixels.load(placeOf(other))
      this.#change(pixels, placeOf, { epoch, index: other }, position, otherLabel)
      const own = definition.mix(pixels, value, draw)
      if (!label || !otherLabel) continue
      for (let j = 0; j < label.length; j++)
        label[j] = own * (label[j] as number) + (1 - own) * (otherLabel[j] as number)
    }
    if (map) pixels.resample(map)
  }

  /** A random image, to be mixed into one: the same for an image and epoch. */
  #otherOf(draw: Draw): number {
    return Math.floor((numbersOf(draw).at(0) / 2 ** 32) * this.#samples.count)
  }
}

/** Where images are in the source. */
interface Places {
  readonly row: (i: number, index: number) => number
  readonly other: (index: number) => number
}
