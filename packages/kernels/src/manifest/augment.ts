import { instruction } from './instruction.ts'

/**
 * Operations of a pixel program on one image of bytes, each a float64 that its operands follow as float64. The images lie
 * on a stack, and an operation changes the top one. Arithmetic is float64, and each result is rounded to a byte: a half
 * up. A stream is four operands: the counter's second, third and fourth word and the first key of Philox4x32-7
 * (`RandomStream` of @treadle/core: step, epoch, stream, seed).
 */
export const pixelOperations = {
  end: 0,
  /** place: pushes a copy of the image at this place of the source. */
  load: 1,
  /** Left to right. */
  mirror: 2,
  /** Top to bottom. */
  reverseRows: 3,
  /** dy, dx: down and right by whole pixels, at most a side; the border shows the mirror image. */
  shift: 4,
  /** xx, xy, yx, yy, dx, dy: each pixel takes the value at (xx·x + xy·y + dx, yx·x + yy·y + dy), from the centre. */
  resample: 5,
  /** value: added to each. */
  add: 6,
  /** factor: of the distance of each value to the mean of its channel. */
  contrast: 7,
  /** scale, stream: adds scale · (the sum of the four bytes of a word − 510). */
  noise: 8,
  /** top, left, rows, columns: zeros. */
  clear: 9,
  /** top, left, rows, columns, first block, stream: random bytes. */
  randomize: 10,
  /** own: pops an image, of which the one below it takes 1 − own. */
  blend: 11,
  /** top, left, rows, columns: pops an image, of which the one below it takes this rectangle. */
  paste: 12,
} as const

/** Augmentation of images. */
export const augment = {
  /**
   * What `gatherBytes` does, for images that a pixel program makes of those of the source. The program of row i of the
   * data begins at float64 `starts[i]` of `programs`. The scratch of a shard is `pixelScratch` bytes.
   */
  gatherAugmented: instruction({
    opcode: 145,
    operands: {
      source: 'address',
      target: 'address',
      lines: 'i32',
      row: 'bytes',
      high: 'f32',
      low: 'f32',
      height: 'i32',
      width: 'i32',
      channels: 'i32',
      programs: 'address',
      starts: 'address',
      scratch: 'address',
      scratchShard: 'bytes',
    },
    effects: {
      source: 'reads all',
      target: 'writes own',
      programs: 'reads all',
      starts: 'reads all',
      scratch: 'writes own',
    },
    // Of a resampling.
    cost: ({ height, width, channels }, samples) => ({
      shape: `${samples}×${height}×${width}×${channels}`,
      flops: 24 * samples * height * width * channels,
      bytes: 8 * samples * height * width * channels,
    }),
  }),
}

/** Bytes of one image of a stack. */
export const pixelSlot = (size: number): number => Math.ceil((size + 16) / 16) * 16

/** Bytes of a shard's scratch for `gatherAugmented`, for images of `size` bytes and stacks of at most `depth` of them. */
export const pixelScratch = (size: number, depth: number): number => 256 + (depth + 1) * pixelSlot(size)
