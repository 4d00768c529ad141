import { type Preprocessing, TreadleError } from '@treadle/core'
import type { PrepareFileOptions, PreparedFile } from '@treadle/image'
import type { ContractParts } from './contract-options.ts'

const MAX_BYTES = 2 ** 31

/** Sizes that a data set lists. */
const MOST_SIZES = 100

/** Gathers prepared images in one array, and decides what the contract leaves open. Images are put in a fixed order. */
export class PictureStack {
  readonly #count: number
  readonly #given: ContractParts
  readonly #memory: number
  #size: { readonly height: number; readonly width: number; readonly name?: string } | undefined
  /** Channels of an image without colours while the number is open. */
  readonly #fewest: 1 | 3
  #channels: 1 | 3
  #background: string | undefined
  #pixels: Uint8Array = new Uint8Array(0)
  /** Brightness of the transparent training images, weighted by alpha. */
  #bright = { weighted: 0, weights: 0 }
  /** Sum of the brightness of the borders, and their number. */
  #borders = { sum: 0, count: 0 }
  readonly #sizes = new Map<string, number>()
  #coloured: { first: string; count: number } | undefined
  #grey: { first: string; count: number } | undefined

  /** @param memory bytes that the images may take; more are not gathered */
  constructor(count: number, given: ContractParts, memory = Number.POSITIVE_INFINITY) {
    this.#count = count
    this.#memory = memory
    this.#given = given
    this.#size = given.size
    this.#background = given.background
    this.#fewest = given.channels ?? (given.rest.fit === 'pad' && hasColour(given.background) ? 3 : 1)
    this.#channels = this.#fewest
  }

  /** How to prepare the files that are put next. */
  get preparation(): Pick<PrepareFileOptions, 'contract' | 'undecided'> {
    return {
      contract: { ...this.contract, channels: this.#fewest },
      undecided: {
        size: this.#given.size === undefined,
        channels: this.#given.channels === undefined,
        background: this.#background === undefined,
      },
    }
  }

  /**
   * @param file prepared as `preparation` says
   * @returns false if the image waits for a background: then prepare and `put` it again after `decideBackground`
   * @throws TreadleError `DATASET_IMAGE_SIZE`, `DATASET_TOO_LARGE`
   */
  put(index: number, file: PreparedFile, name: string, training: boolean): boolean {
    const { height, width } = this.#checkSize(file, name)
    if (file.waiting !== undefined) {
      if (training) {
        this.#bright.weighted += file.waiting.weighted
        this.#bright.weights += file.waiting.weights
      }
      return false
    }
    const size = `${file.width} × ${file.height}`
    this.#sizes.set(size, (this.#sizes.get(size) ?? 0) + 1)
    if (this.#pixels.length === 0) this.#pixels = this.#allocate()
    this.#noteColour(file, name)
    const start = index * height * width * this.#channels
    if (this.isStored) this.#pixels = new Uint8Array(0)
    else if (file.channels === this.#channels) this.#pixels.set(file.data, start)
    else file.data.forEach((grey, i) => this.#pixels.fill(grey, start + 3 * i, start + 3 * i + 3))
    if (training) {
      this.#borders.sum += file.border
      this.#borders.count++
    }
    return true
  }

  /**
   * Decides what is behind transparent pixels, from the training images: what contrasts with their opaque parts; without
   * transparent ones what is nearer to their borders.
   * @returns whether transparent training images decided it
   */
  decideBackground(): boolean {
    if (this.#background !== undefined) return false
    const { weighted, weights } = this.#bright
    const white =
      weights > 0 ? weighted <= 127.5 * weights : this.#borders.sum > 127.5 * Math.max(1, this.#borders.count)
    this.#background = white ? '#ffffff' : '#000000'
    return weights > 0
  }

  /** The contract so far; complete after `decideBackground`. */
  get contract(): Preprocessing {
    const { height = 1, width = 1 } = this.#size ?? {}
    return {
      height,
      width,
      channels: this.#channels,
      ...this.#given.rest,
      background: this.#background ?? '#000000',
    }
  }

  get background(): string | undefined {
    return this.#background
  }

  /** The sizes of the images that were put, the most frequent first: all, or a hundred with the smallest and largest sides. */
  get sizes(): (readonly [size: string, count: number])[] {
    const all = [...this.#sizes].toSorted((a, b) => b[1] - a[1])
    if (all.length <= MOST_SIZES) return all
    const sides = all.map(([size]) => size.split(' × ').map(Number) as [number, number])
    const kept = new Set(
      [0, 1].flatMap((side) => {
        const lengths = sides.map((each) => each[side] as number)
        const of = (least: (a: number, b: number) => number) =>
          lengths.indexOf(lengths.reduce((a, b) => least(a, b)))
        return [of(Math.min), of(Math.max)]
      }),
    )
    for (let i = 0; kept.size < MOST_SIZES; i++) kept.add(i)
    return all.filter((_, i) => kept.has(i))
  }

  /** Of the images that were put while the number of channels was open: those with a colour, and those without. */
  get colours() {
    return { coloured: this.#coloured, grey: this.#grey }
  }

  /** The bytes of all images so far; the array may be longer. */
  get pixels(): Uint8Array {
    return this.#pixels
  }

  #checkSize({ height, width }: PreparedFile, name: string) {
    const size = (this.#size ??= { height, width, name })
    if (size.name === undefined || (size.height === height && size.width === width)) return size
    throw new TreadleError(
      'DATASET_IMAGE_SIZE',
      `Reading ${name}: it is ${width} × ${height} pixels, but ${size.name} is ${size.width} × ${size.height}. ` +
        'All images must have one size, or be fitted to one: give `size` (--size 64).',
    )
  }

  #noteColour({ coloured }: PreparedFile, name: string): void {
    if (this.#given.channels !== undefined) return
    if (!coloured) this.#grey = { first: this.#grey?.first ?? name, count: (this.#grey?.count ?? 0) + 1 }
    else {
      this.#coloured = { first: this.#coloured?.first ?? name, count: (this.#coloured?.count ?? 0) + 1 }
      if (this.#channels === 1) this.#convertToRgb()
    }
  }

  /** Bytes of all images. */
  get bytes(): number {
    const { height = 0, width = 0 } = this.#size ?? {}
    return this.#count * height * width * this.#channels
  }

  /** Whether the images take more than the memory that they may, so that they are not gathered. */
  get isStored(): boolean {
    return this.bytes > this.#memory
  }

  #allocate(): Uint8Array {
    const { height = 0, width = 0 } = this.#size ?? {}
    const { bytes } = this
    if (this.isStored) return new Uint8Array(0)
    if (bytes <= MAX_BYTES) return new Uint8Array(bytes)
    throw new TreadleError(
      'DATASET_TOO_LARGE',
      `Loading ${this.#count} images of ${width} × ${height} pixels takes ${bytes} bytes, more than ${MAX_BYTES}. Give a smaller \`size\` (--size 64), or a bound of memory, \`memory\` (--memory 1GB).`,
    )
  }

  /** Converts the grey images that were put so far. */
  #convertToRgb(): void {
    const grey = this.#pixels
    this.#channels = 3
    this.#pixels = this.#allocate()
    if (this.isStored) return
    for (let pixel = 0; pixel < grey.length; pixel++)
      this.#pixels.fill(grey[pixel] as number, pixel * 3, pixel * 3 + 3)
  }
}

/** Whether a background is neither black, white nor grey. */
const hasColour = (background: string | undefined): boolean =>
  background !== undefined && !/^#(..)\1\1$/.test(background)
