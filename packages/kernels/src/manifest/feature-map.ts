import type { Cost } from './instruction.ts'

/**
 * A feature map in memory, as operands. A map is NHWC float32: the channels of a pixel lie one after the other, padded to
 * a multiple of four with zeros. A map that only convolutions read (`x` of `convolve` and `convolveWeights`), such as
 * the images of a data set, may have any number of channels without padding: one or three.
 *
 * - `x`: the address of a pixel of image 0. Each instruction says of which pixel.
 * - `xImage`, `xRow`, `xPixel`: bytes from one image, row, pixel to the next. They may leave room between images, rows
 *   and pixels, which is the border of a bordered map. Addresses are computed modulo 2³², so a stride may be negative.
 */
export function featureMap<const Name extends string>(name: Name): FeatureMapTypes<Name> {
  return {
    [name]: 'address',
    [`${name}Image`]: 'bytes',
    [`${name}Row`]: 'bytes',
    [`${name}Pixel`]: 'bytes',
  } as FeatureMapTypes<Name>
}

type FeatureMapTypes<Name extends string> = Record<Name, 'address'> &
  Record<`${Name}Image` | `${Name}Row` | `${Name}Pixel`, 'bytes'>

/** A block of every image. */
interface Block {
  /** Pixels. */
  readonly height: number
  readonly width: number
  /** Floats of a pixel. */
  readonly channels: number
}

/** The operands of a block. */
export const block = { height: 'i32', width: 'i32', channels: 'i32' } as const

/**
 * The cost of an instruction that goes through a block of every image.
 * @param flops operations for each float of the block
 * @param floats floats read and written for each float of the block
 */
export function costOfBlock(flops: number, floats: number) {
  return ({ height, width, channels }: Block, samples: number): Cost => {
    const count = samples * height * width * channels
    return {
      shape: `${samples}×${height}×${width}×${channels}`,
      flops: flops * count,
      bytes: 4 * floats * count,
    }
  }
}
