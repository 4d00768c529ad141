import { TreadleError } from '@treadle/core'
import { type RasterImage, isGrey, resize, withChannels } from './raster.ts'

const MAX_BYTES = 2 ** 31

export interface ImageStackOptions {
  /** Resize every image to this; without it all must have the first one's size. */
  readonly size?: { readonly height: number; readonly width: number } | undefined
  /** 1 grey, 3 RGB; without it RGB as soon as one image has a colour in it. */
  readonly channels?: 1 | 3 | undefined
}

/** Gathers images of one size in one array. Images may come in any order. */
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

  /** @throws TreadleError `DATASET_IMAGE_SIZE`, `DATASET_TOO_LARGE` */
  put(index: number, image: RasterImage, name: string): void {
    const { size, channels } = this.#options
    const sized = size ? resize(image, size.height, size.width) : image
    const { height, width } = sized
    if (!this.#first) {
      this.#first = { name, height, width }
      this.#pixels = this.#room()
    }
    if (height !== this.#first.height || width !== this.#first.width) {
      throw new TreadleError(
        'DATASET_IMAGE_SIZE',
        `Reading ${name}: it is ${width} × ${height} pixels, but ${this.#first.name} is ${this.#first.width} × ${this.#first.height}. ` +
          'All images must have one size; pass `size` to resize them.',
      )
    }
    if (!channels && this.#channels === 1 && !isGrey(sized)) this.#turnToColour()
    const fitting = withChannels(sized, this.#channels)
    this.#pixels.set(fitting.data, index * height * width * this.#channels)
  }

  finish(): { images: Uint8Array; height: number; width: number; channels: 1 | 3 } {
    const { height = 0, width = 0 } = this.#first ?? {}
    return { images: this.#pixels, height, width, channels: this.#channels }
  }

  #room(): Uint8Array {
    const { height = 0, width = 0 } = this.#first ?? {}
    const bytes = this.#count * height * width * this.#channels
    if (bytes <= MAX_BYTES) return new Uint8Array(bytes)
    throw new TreadleError(
      'DATASET_TOO_LARGE',
      `Loading ${this.#count} images of ${width} × ${height} pixels takes ${bytes} bytes, more than ${MAX_BYTES}. Pass a smaller \`size\`.`,
    )
  }

  /** Grey as read so far, the stack becomes RGB. */
  #turnToColour(): void {
    const grey = this.#pixels
    this.#channels = 3
    this.#pixels = this.#room()
    for (let pixel = 0; pixel < grey.length; pixel++)
      this.#pixels.fill(grey[pixel] as number, pixel * 3, pixel * 3 + 3)
  }
}
