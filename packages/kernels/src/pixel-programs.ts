import { pixelOperations as operations } from './manifest/augment.ts'

/** Height, width and channels of images of bytes: row-major, shape [height, width, channels]. */
export interface PixelShape {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** A rectangle inside of an image, in pixels. */
export interface Rectangle {
  readonly top: number
  readonly left: number
  readonly rows: number
  readonly columns: number
}

/**
 * Takes a place (x, y), in pixels right of and below the centre of an image, to (xx·x + xy·y + dx, yx·x + yy·y + dy). The
 * centre of an image is ((width − 1) / 2, (height − 1) / 2).
 */
export interface AffineMap {
  readonly xx: number
  readonly xy: number
  readonly yx: number
  readonly yy: number
  readonly dx: number
  readonly dy: number
}

/** The position of `RandomStream` of @treadle/core whose words are used; its purpose is augmentation. */
export interface PixelStream {
  readonly seed: number
  readonly epoch: number
  readonly step: number
  readonly stream: number
}

/**
 * Writes pixel programs, one after the other: what `gatherAugmented` does to images of bytes. `pixelOperations` defines
 * each operation. Every result is rounded to a byte, a half up, and clipped to 0 … 255.
 */
export class PixelPrograms implements PixelShape {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly #starts: number[] = []
  #words = new Float64Array(1024)
  #length = 0

  constructor({ height, width, channels }: PixelShape) {
    this.height = height
    this.width = width
    this.channels = channels
  }

  /** Where each program begins in `words`. */
  get starts(): Uint32Array {
    return Uint32Array.from(this.#starts)
  }

  /** All programs. */
  get words(): Float64Array {
    return this.#words.subarray(0, this.#length)
  }

  /** Number of programs. */
  get count(): number {
    return this.#starts.length
  }

  /** Begins the program of the next image. */
  begin(): void {
    this.#starts.push(this.#length)
  }

  end(): void {
    this.#write(operations.end)
  }

  /** Pushes a copy of the image at `place` of the source. Before the first other operation, and before `blend` or `paste`. */
  load(place: number): void {
    this.#write(operations.load, place)
  }

  /** Left to right. */
  mirror(): void {
    this.#write(operations.mirror)
  }

  /** Top to bottom. */
  reverseRows(): void {
    this.#write(operations.reverseRows)
  }

  /** Moves an image down and right, at most by a side; the border shows its mirror image. */
  shift(dy: number, dx: number): void {
    this.#write(operations.shift, dy, dx)
  }

  /**
   * Each pixel takes the value at the place that the map gives for it, bilinear between the four pixels around this place.
   * Outside of the image there are its mirror images. These are the definitions of Keras 3's
   * `ops.image.affine_transform` with `bilinear` and `reflect`.
   */
  resample({ xx, xy, yx, yy, dx, dy }: AffineMap): void {
    this.#write(operations.resample, xx, xy, yx, yy, dx, dy)
  }

  /** Adds a number to each value. */
  add(value: number): void {
    this.#write(operations.add, value)
  }

  /** Multiplies the distance of each value to the mean of its channel. */
  contrast(factor: number): void {
    this.#write(operations.contrast, factor)
  }

  /** Adds scale · (the sum of the four bytes of word i − 510) to value i. */
  noise(scale: number, { step, epoch, stream, seed }: PixelStream): void {
    this.#write(operations.noise, scale, step, epoch, stream, seed)
  }

  /** Makes a rectangle black. */
  clear({ top, left, rows, columns }: Rectangle): void {
    this.#write(operations.clear, top, left, rows, columns)
  }

  /** Fills a rectangle with random bytes: four of each word, the lowest first. @param word the first one, a multiple of 4 */
  randomize(area: Rectangle, word: number, { step, epoch, stream, seed }: PixelStream): void {
    const { top, left, rows, columns } = area
    this.#write(operations.randomize, top, left, rows, columns, word / 4, step, epoch, stream, seed)
  }

  /** Pops an image, and mixes it with the one below: own · below + (1 − own) · popped. */
  blend(own: number): void {
    this.#write(operations.blend, own)
  }

  /** Pops an image, and puts a rectangle of it into the one below. */
  paste({ top, left, rows, columns }: Rectangle): void {
    this.#write(operations.paste, top, left, rows, columns)
  }

  #write(...values: readonly number[]): void {
    const length = this.#length + values.length
    if (length > this.#words.length) {
      const longer = new Float64Array(2 * this.#words.length)
      longer.set(this.#words)
      this.#words = longer
    }
    for (let i = 0; i < values.length; i++) this.#words[this.#length + i] = values[i] as number
    this.#length = length
  }
}
