import type { CropWindow } from '../crop.ts'
import { filters } from '../filters.ts'
import { type Channels, type Kind, type Picture, type PictureValues, blank } from '../picture.ts'
import { KernelSums, takeKernel } from './kernel-sums.ts'
import { PlainSums } from './plain-sums.ts'
import type { Sums } from './weighted-sums.ts'

/** Which part of a picture is resized, and how. */
export interface Resizing {
  readonly part: CropWindow
  readonly width: number
  readonly height: number
  readonly filter: keyof typeof filters
  /** Of the result. */
  readonly kind: Kind
}

/** Below, the kernel takes longer to call than it saves. */
const WORTH_KERNEL = 2 ** 12

/** Resizes a picture whose rows arrive one after the other, so that it never needs to be in memory as a whole. */
export class Resizer {
  readonly #stride: number
  readonly #channels: Channels
  readonly #resizing: Resizing
  readonly #data: PictureValues
  #sums: Sums | undefined
  #y = 0

  /** @param width of the picture, of which `resizing.part` is resized */
  constructor(width: number, channels: Channels, resizing: Resizing) {
    this.#stride = width * channels
    this.#channels = channels
    this.#resizing = resizing
    this.#data = blank(resizing.kind, resizing.width * resizing.height * channels)
  }

  /** @param rows the next rows of the picture, shape [rows, width, channels]; all of them bytes, or floats */
  add(rows: PictureValues): void {
    const { left, top, height } = this.#resizing.part
    const stride = this.#stride
    const first = Math.max(0, top - this.#y)
    const last = Math.min(rows.length / stride, top + height - this.#y)
    this.#y += rows.length / stride
    if (first >= last) return
    this.#sums ??= this.#open(rows instanceof Uint8Array)
    this.#sums.add(rows, stride, first * stride + left * this.#channels, last - first)
  }

  /** The resized picture, after all rows. */
  finish(): Picture<PictureValues> {
    this.#sums?.finish()
    const { width, height } = this.#resizing
    return { width, height, channels: this.#channels, data: this.#data }
  }

  #open(ofBytes: boolean): Sums {
    const { part, width, height, filter } = this.#resizing
    const [across, down] = [filters[filter](part.width, width), filters[filter](part.height, height)]
    if (ofBytes && this.#channels === 3 && part.width * part.height > WORTH_KERNEL) {
      const kernel = takeKernel(part.width, width, height)
      if (kernel) return new KernelSums(kernel, part, across, down, this.#data)
    }
    return new PlainSums(across, down, this.#channels, this.#data)
  }
}
