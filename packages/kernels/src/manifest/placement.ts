import { block, costOfBlock, featureMap } from './feature-map.ts'
import { instruction } from './instruction.ts'

/** Feature maps from one layout to another. A shard processes its own images. */

export const placement = {
  /**
   * Copies a block of every image: y[i, r, c, :] = x[i, r, c, :], or += with `accumulate`.
   *
   * The general way from any layout to any other: into a bordered map, out of it, cropped, spaced out (`yPixel` a
   * multiple of a pixel), flipped (negative strides), side by side with other channels.
   * - `x`, `y`: pixel (0, 0) of the block in image 0.
   * - `height`, `width`: pixels of the block.
   * - `channels`: floats copied for each pixel, any number. What lies beyond them is not written.
   * - `accumulate`: 1 adds to what `y` holds.
   */
  place: instruction({
    opcode: 100,
    operands: { ...featureMap('x'), ...featureMap('y'), ...block, accumulate: 'i32' },
    effects: { x: 'reads own', y: 'writes own' },
    cost: costOfBlock(0, 2),
  }),
  /**
   * Sets the border of every image to zero, and leaves the pixels inside as they are.
   * - `y`: pixel (0, 0) of image 0, the first pixel inside the border.
   * - `height`, `width`: pixels inside. `channels`: floats of a pixel.
   * - `top`, `left`, `bottom`, `right`: pixels of border on each side, 0 for none.
   */
  clearBorder: instruction({
    opcode: 101,
    operands: { ...featureMap('y'), ...block, top: 'i32', left: 'i32', bottom: 'i32', right: 'i32' },
    effects: { y: 'writes own' },
    cost: ({ height, width, channels, top, left, bottom, right }, samples) => ({
      shape: `${samples}×${height}×${width}×${channels}`,
      flops: 0,
      bytes: 4 * samples * channels * ((height + top + bottom) * (width + left + right) - height * width),
    }),
  }),
  /**
   * Nearest up-sampling: y[i, r, c, :] = x[i, ⌊r / factorHeight⌋, ⌊c / factorWidth⌋, :].
   * - `x`, `y`: pixel (0, 0) of image 0.
   * - `height`, `width`: pixels of `x`. `y` has height · factorHeight rows of width · factorWidth pixels.
   * - `channels`: a multiple of four.
   */
  upsample: instruction({
    opcode: 102,
    operands: { ...featureMap('x'), ...featureMap('y'), ...block, factorHeight: 'i32', factorWidth: 'i32' },
    effects: { x: 'reads own', y: 'writes own' },
    cost: ({ factorHeight, factorWidth, ...size }, samples) =>
      costOfBlock(0, 1 + factorHeight * factorWidth)(size, samples),
  }),
  /**
   * The gradient of `upsample`: dx[i, r, c, :] = the sum of dy over the pixel's factorHeight × factorWidth copies, in
   * row-major order. `accumulate` 1 adds it to what `dx` holds. `height` and `width` are those of `dx`.
   */
  upsampleBackward: instruction({
    opcode: 103,
    operands: {
      ...featureMap('dy'),
      ...featureMap('dx'),
      ...block,
      factorHeight: 'i32',
      factorWidth: 'i32',
      accumulate: 'i32',
    },
    effects: { dy: 'reads own', dx: 'writes own' },
    cost: ({ factorHeight, factorWidth, ...size }, samples) =>
      costOfBlock(factorHeight * factorWidth, 1 + factorHeight * factorWidth)(size, samples),
  }),
}
