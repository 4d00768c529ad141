import { type LabelledImages, imageBytes } from '@treadle/core'
import { type AugmentedImage, type Draw, numbersOf } from './definition.ts'
import { type AffineMap, compose } from './affine-map.ts'
import { resample } from './resample.ts'
import type { AugmentationStep } from './resolve.ts'

/** Which images of an epoch to augment. */
export interface AugmentedPart {
  /** From 0. */
  readonly epoch: number
  /** Indices of images: order[from … to). */
  readonly order: Uint32Array
  readonly from: number
  readonly to: number
}

/**
 * Augments the images of a run. The random numbers depend on seed, epoch, image and place in the list alone, so that
 * the bytes are the same in any executor, in any number of calls, and after a resume.
 */
export class Augmenter {
  readonly steps: readonly AugmentationStep[]
  /** Whether training has soft labels. */
  readonly mixesLabels: boolean
  readonly #samples: LabelledImages
  readonly #seed: number
  readonly #scratch: Uint8Array
  /** The other image of each step that mixes, with its label. */
  readonly #others = new Map<number, { readonly pixels: Uint8Array; readonly label: Float32Array }>()

  constructor(samples: LabelledImages, steps: readonly AugmentationStep[], seed: number) {
    this.#samples = samples
    this.steps = steps
    this.mixesLabels = steps.some(({ definition }) => 'mix' in definition)
    this.#seed = seed
    this.#scratch = new Uint8Array(samples.height * samples.width * samples.channels)
  }

  /**
   * Writes augmented copies of some images to their own places.
   * @param images of the size of the samples' images
   * @param labels soft labels, shape [count, classes]
   */
  write({ epoch, order, from, to }: AugmentedPart, images: Uint8Array, labels?: Float32Array): void {
    const size = this.#scratch.length
    const classes = (labels?.length ?? 0) / this.#samples.count
    for (let i = from; i < to; i++) {
      const index = order[i] as number
      const pixels = images.subarray(index * size, (index + 1) * size)
      const label = labels?.subarray(index * classes, (index + 1) * classes)
      this.#make({ epoch, index }, this.steps.length, pixels, label)
    }
  }

  /** Writes an augmented copy of one image to `pixels`. */
  writeImage(epoch: number, index: number, pixels: Uint8Array): void {
    this.#make({ epoch, index }, this.steps.length, pixels, undefined)
  }

  /**
   * Augments copies of the images at `indices` in place, and writes their labels.
   * @param images shape [indices.length, height, width, channels]
   * @param labels soft labels, shape [indices.length, classes]
   */
  augment(epoch: number, indices: Uint32Array, images: Uint8Array, labels?: Float32Array): void {
    const size = this.#scratch.length
    const classes = (labels?.length ?? 0) / indices.length
    for (const [i, index] of indices.entries()) {
      const pixels = images.subarray(i * size, (i + 1) * size)
      const label = labels?.subarray(i * classes, (i + 1) * classes)
      this.#change({ epoch, index }, this.steps.length, pixels, label)
    }
  }

  /** Writes an image as it is after the first `count` steps, and its label. */
  #make(
    at: { readonly epoch: number; readonly index: number },
    count: number,
    pixels: Uint8Array,
    label: Float32Array | undefined,
  ): void {
    pixels.set(imageBytes(this.#samples, at.index, at.index + 1))
    this.#change(at, count, pixels, label)
  }

  /** Applies the first `count` steps to a copy of an image, and writes its label. */
  #change(
    { epoch, index }: { readonly epoch: number; readonly index: number },
    count: number,
    pixels: Uint8Array,
    label: Float32Array | undefined,
  ): void {
    const { labels, height, width, channels } = this.#samples
    if (label) label.fill(0)[labels[index] as number] = 1
    const image: AugmentedImage = { pixels, height, width, channels, scratch: this.#scratch }
    // Of the steps since the last resampling.
    let map: AffineMap | undefined
    for (let position = 0; position < count; position++) {
      const { definition, value } = this.steps[position] as AugmentationStep
      const draw: Draw = { seed: this.#seed, epoch, index, position }
      if ('map' in definition) {
        const next = definition.map(value, draw, image)
        map = map ? compose(map, next) : next
        continue
      }
      if (map) resample(image, map)
      map = undefined
      if ('apply' in definition) {
        definition.apply(image, value, draw)
        continue
      }
      const other = this.#other(draw, label?.length ?? 0)
      const own = definition.mix(image, other.pixels, value, draw)
      label?.forEach((part, j) => {
        label[j] = own * part + (1 - own) * (other.label[j] as number)
      })
    }
    if (map) resample(image, map)
  }

  /** A random image as it is before a step, with its label: the same one for an image and epoch. */
  #other(draw: Draw, classes: number) {
    const { position, epoch } = draw
    let other = this.#others.get(position)
    if (other?.label.length !== classes) {
      other = { pixels: new Uint8Array(this.#scratch.length), label: new Float32Array(classes) }
      this.#others.set(position, other)
    }
    const index = Math.floor((numbersOf(draw).at(0) / 2 ** 32) * this.#samples.count)
    this.#make({ epoch, index }, position, other.pixels, classes > 0 ? other.label : undefined)
    return other
  }
}
