import { TreadleError } from '@treadle/core'
import { type Picture, isGrey, resize, toGrey, toRgb } from '@treadle/image'

const MAX_BYTES = 2 ** 31

export interface ImageStackOptions {
  /** Resizes every image to this size. Without it all must have the size of the first. */
  readonly size?: { readonly height: number; readonly width: number } | undefined
  /** 1 grey, 3 RGB. Without it RGB as soon as one image has a colour. */
  readonly channels?: 1 | 3 | undefined
}

/** Gathers images of one size in one array, in any order. */
export class ImageStack {
  readonly #count: number
  readonly #options: ImageStackOptions
  #first: { name: string; height: number; width: number } | undefined
  #pixels: Uint8Array = new Uint8Array(0)
  #channels: 1 | 3

  constructor(count: number, options: ImageStackOptions) {
    this.#count = count
    this.#options = options
    this.#channels = options.channels ?? 1
  }

  /**
   * @param picture grey or RGB, without alpha
   * @throws TreadleError `DATASET_IMAGE_SIZE`, `DATASET_TOO_LARGE`
   */
  put(index: number, picture: Picture, name: string): void {
    const { size, channels } = this.#options
    const sized = size ? resize(picture, size) : picture
    const { height, width } = sized
    if (!this.#first) {
      this.#first = { name, height, width }
      this.#pixels = this.#allocate()
    }
    if (height !== this.#first.height || width !== this.#first.width) {
      throw new TreadleError(
        'DATASET_IMAGE_SIZE',
        `Reading ${name}: it is ${width} × ${height} pixels, but ${this.#first.name} is ${this.#first.width} × ${this.#first.height}. ` +
          'All images must have one size; pass `size` to resize them.',
      )
    }
    if (!channels && this.#channels === 1 && !isGrey(sized)) this.#convertToRgb()
    const { data } = this.#channels === 1 ? toGrey(sized) : toRgb(sized)
    this.#pixels.set(data, index * height * width * this.#channels)
  }

  finish(): { images: Uint8Array; height: number; width: number; channels: 1 | 3 } {
    const { height = 0, width = 0 } = this.#first ?? {}
    return { images: this.#pixels, height, width, channels: this.#channels }
  }

  #allocate(): Uint8Array {
    const { height = 0, width = 0 } = this.#first ?? {}
    const bytes = this.#count * height * width * this.#channels
    if (bytes <= MAX_BYTES) return new Uint8Array(bytes)
    throw new TreadleError(
      'DATASET_TOO_LARGE',
      `Loading ${this.#count} images of ${width} × ${height} pixels takes ${bytes} bytes, more than ${MAX_BYTES}. Pass a smaller \`size\`.`,
    )
  }

  /** Converts the grey images that were put so far. */
  #convertToRgb(): void {
    const grey = this.#pixels
    this.#channels = 3
    this.#pixels = this.#allocate()
    for (let pixel = 0; pixel < grey.length; pixel++)
      this.#pixels.fill(grey[pixel] as number, pixel * 3, pixel * 3 + 3)
  }
}
