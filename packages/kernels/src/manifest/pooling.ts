import { featureMap } from './feature-map.ts'
import { instruction, type Cost } from './instruction.ts'

/**
 * Pooling over windows of a feature map. A shard processes its own images.
 *
 * - `x`, `dx`: pixel (0, 0) of image 0 of the input map, `inputHeight` × `inputWidth` pixels. No border is needed: what
 *   a window has outside of the map is left out.
 * - `y`, `dy`: pixel (0, 0) of image 0 of the output map, `height` × `width` pixels.
 * - `channels`: a multiple of four. `averagePool` and `maxPoolOfNumbers` take any number: they read whole vectors, up to
 *   12 bytes past the last pixel, and write the channels alone.
 * - `windowHeight`, `windowWidth`, `strideHeight`, `strideWidth`: pixels. Every window must have at least one pixel of
 *   the map.
 * - `top`, `left`: how far the first window lies above and left of the map: the padding `same` there, 0 for `valid`.
 *
 * Global pooling is pooling with one window of the map's size.
 */
const windows = {
  height: 'i32',
  width: 'i32',
  channels: 'i32',
  inputHeight: 'i32',
  inputWidth: 'i32',
  windowHeight: 'i32',
  windowWidth: 'i32',
  strideHeight: 'i32',
  strideWidth: 'i32',
  top: 'i32',
  left: 'i32',
} as const

type Windows = Record<keyof typeof windows, number>

function pooled({ height, width, channels, windowHeight, windowWidth }: Windows, samples: number): Cost {
  const count = samples * height * width * channels
  const flops = count * windowHeight * windowWidth
  return {
    shape: `${samples}×${height}×${width}×${channels}, ${windowHeight}×${windowWidth}`,
    flops,
    bytes: 4 * (flops + count),
  }
}

/**
 * Bytes of one index of `maxPool`: one for windows of up to 256 pixels, four beyond. `indices` has height · width ·
 * channels of them for each image, without padding between pixels, rows or images.
 */
export function poolIndexBytes(windowHeight: number, windowWidth: number): 1 | 4 {
  return windowHeight * windowWidth <= 256 ? 1 : 4
}

export const pooling = {
  /**
   * y = the largest value of each window; NaN where the window has one. `indices` gets where it lies in the window
   * (row · windowWidth + column; the first of equals) for the gradient: see `poolIndexBytes`. 0 stands for none.
   */
  maxPool: instruction({
    opcode: 90,
    operands: { ...featureMap('x'), ...featureMap('y'), indices: 'address', ...windows },
    effects: { x: 'reads own', y: 'writes own', indices: 'writes own' },
    cost: pooled,
  }),
  /**
   * dx = dy at the pixel whose value was the largest, 0 elsewhere; summed where windows overlap. `accumulate` 1 adds it
   * to what `dx` holds.
   */
  maxPoolBackward: instruction({
    opcode: 91,
    operands: { ...featureMap('dy'), ...featureMap('dx'), indices: 'address', ...windows, accumulate: 'i32' },
    effects: { dy: 'reads own', dx: 'writes own', indices: 'reads own' },
    cost: pooled,
  }),
  /**
   * y = the largest number of each window, the first of equals, without regard to NaN as in TensorFlow.js; NaN where a
   * window has nothing else.
   */
  maxPoolOfNumbers: instruction({
    opcode: 94,
    operands: { ...featureMap('x'), ...featureMap('y'), ...windows },
    effects: { x: 'reads own', y: 'writes own' },
    cost: pooled,
  }),
  /** y = the mean of each window over the pixels of the map that it has, as TensorFlow and Keras compute it. */
  averagePool: instruction({
    opcode: 92,
    operands: { ...featureMap('x'), ...featureMap('y'), ...windows },
    effects: { x: 'reads own', y: 'writes own' },
    cost: pooled,
  }),
  /** dx = the sum over its windows of dy divided by the window's number of pixels. `accumulate` 1 adds. */
  averagePoolBackward: instruction({
    opcode: 93,
    operands: { ...featureMap('dy'), ...featureMap('dx'), ...windows, accumulate: 'i32' },
    effects: { dy: 'reads own', dx: 'writes own' },
    cost: pooled,
  }),
}
