import { fc } from '@fast-check/vitest'
import type { ConvolutionShape } from '../src/index.ts'
import type { Harness, Room } from './harness.ts'
import { padded } from './harness.ts'

/** Values of a map, [images][height][width][channels], in float64. */
export interface Values {
  readonly images: number
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly data: Float64Array
}

export function values(
  images: number,
  height: number,
  width: number,
  channels: number,
  data: ArrayLike<number> = new Float64Array(images * height * width * channels),
): Values {
  return { images, height, width, channels, data: Float64Array.from(data) }
}

/** The index of a value; undefined outside of the map. */
export function at(map: Values, i: number, y: number, x: number, c: number): number | undefined {
  if (y < 0 || y >= map.height || x < 0 || x >= map.width) return undefined
  return ((i * map.height + y) * map.width + x) * map.channels + c
}

export interface Border {
  readonly top?: number
  readonly left?: number
  readonly bottom?: number
  readonly right?: number
}

/** A map in the harness's memory, with a border. */
export class FeatureMap {
  readonly room: Room
  readonly stored: number
  readonly image: number
  readonly row: number
  readonly pixel: number
  readonly #border: Required<Border>
  readonly #size: Omit<Values, 'data'>

  /**
   * @param content its values, or its size to leave rubbish inside
   * @param stored floats of a pixel
   * @param fill what lies in the border and in the padding
   */
  constructor(
    harness: Harness,
    content: Values | Omit<Values, 'data'>,
    {
      stored = padded(content.channels),
      fill = 0,
      ...border
    }: Border & { stored?: number; fill?: number } = {},
  ) {
    this.#size = content
    this.stored = stored
    this.#border = { top: 0, left: 0, bottom: 0, right: 0, ...border }
    const { top, left, bottom, right } = this.#border
    this.pixel = 4 * stored
    this.row = this.pixel * (content.width + left + right)
    this.image = this.row * (content.height + top + bottom)
    this.room = harness.room((content.images * this.image) / 4)
    this.room.floats.fill(fill)
    const data = 'data' in content ? content.data : undefined
    this.#each((index, from) => {
      this.room.floats[from] = data ? (data[index] as number) : 1e30
    })
  }

  /** The address of a pixel of image 0. */
  address(y = 0, x = 0): number {
    return this.room.address + (y + this.#border.top) * this.row + (x + this.#border.left) * this.pixel
  }

  /** The operands of a map that an instruction calls `name`. */
  operands<Name extends string>(name: Name, y = 0, x = 0) {
    return {
      [name]: this.address(y, x),
      [`${name}Image`]: this.image,
      [`${name}Row`]: this.row,
      [`${name}Pixel`]: this.pixel,
    } as Record<Name | `${Name}Image` | `${Name}Row` | `${Name}Pixel`, number>
  }

  read(): Values {
    const { images, height, width, channels } = this.#size
    const out = values(images, height, width, channels)
    this.#each((index, from) => {
      out.data[index] = this.room.floats[from] as number
    })
    return out
  }

  /** What lies in the border and in the padding. */
  get outside(): Set<number> {
    const inside = new Set<number>()
    this.#each((_, from) => inside.add(from))
    return new Set([...this.room.floats].filter((_, i) => !inside.has(i)))
  }

  #each(visit: (index: number, float: number) => void): void {
    const { images, height, width, channels } = this.#size
    let index = 0
    for (let i = 0; i < images; i++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const from = (this.address(y, x) + i * this.image - this.room.address) / 4
          for (let c = 0; c < channels; c++) visit(index++, from + c)
        }
      }
    }
  }
}

const small = (max: number) => fc.integer({ min: 1, max })

const shapes = fc.record({
  images: small(5),
  shards: small(6),
  height: fc.oneof(small(9), fc.constant(1)),
  width: fc.oneof(small(9), fc.constant(1)),
  channels: fc.constantFrom<number[]>(1, 3, 4, 5, 16, 17),
  filters: fc.constantFrom<number[]>(1, 3, 5, 8, 12, 16, 17, 28, 36),
  kernelHeight: small(4),
  kernelWidth: small(5),
  strideHeight: small(3),
  strideWidth: small(3),
  dilationHeight: small(2),
  dilationWidth: small(2),
  top: fc.integer({ min: 0, max: 2 }),
  left: fc.integer({ min: 0, max: 2 }),
  bottom: fc.integer({ min: 0, max: 2 }),
  right: fc.integer({ min: 0, max: 2 }),
  seed: small(2 ** 31 - 1),
})

/** Convolutions with their number of images, shards and padding. @param fixed what is the same in all of them */
const convolutionsWith = (fixed: Partial<ConvolutionShape>) =>
  shapes
    .map((shape) => ({ ...shape, ...fixed }))
    .map((shape) => ({
      ...shape,
      // The map is as high as the rows that are read, less the padding.
      inputHeight: Math.max(1, extent(shape, 'Height') - shape.top - shape.bottom),
      inputWidth: Math.max(1, extent(shape, 'Width') - shape.left - shape.right),
    }))

export const convolutions = convolutionsWith({})

/** Those that Winograd's methods compute. */
export const convolutions3x3 = convolutionsWith({
  kernelHeight: 3,
  kernelWidth: 3,
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
})

export type ConvolutionCase = typeof convolutions extends fc.Arbitrary<infer Case> ? Case : never

function extent(shape: ConvolutionShape, side: 'Height' | 'Width'): number {
  const length = side === 'Height' ? shape.height : shape.width
  return (length - 1) * shape[`stride${side}`] + (shape[`kernel${side}`] - 1) * shape[`dilation${side}`] + 1
}
