import type { backend_util } from '@tensorflow/tfjs-core'

/** One of the three dimensions that windows move along. */
interface Side {
  readonly input: number
  readonly output: number
  readonly window: number
  readonly stride: number
  readonly dilation: number
  /** Padding before the first pixel. */
  readonly before: number
}

/** Windows over volumes [batch, depth, height, width, channels]. Images have depth 1. */
export interface Volume {
  readonly batch: number
  readonly channels: number
  readonly outChannels: number
  readonly sides: readonly [Side, Side, Side]
  /** Of the output, with the input's number of dimensions. */
  readonly outShape: number[]
}

const FLAT: Side = { input: 1, output: 1, window: 1, stride: 1, dilation: 1, before: 0 }

/**
 * The windows of a convolution or pooling of images or volumes, channels last. In three dimensions tfjs computes a
 * negative padding `same` where the stride exceeds the window, and would begin after the first pixel: TensorFlow does not.
 */
export function volumeOf(info: backend_util.Conv2DInfo | backend_util.Conv3DInfo): Volume {
  return {
    batch: info.batchSize,
    channels: info.inChannels,
    outChannels: info.outChannels,
    outShape: [...info.outShape],
    sides: [
      'inDepth' in info
        ? {
            input: info.inDepth,
            output: info.outDepth,
            window: info.filterDepth,
            stride: info.strideDepth,
            dilation: info.dilationDepth,
            before: Math.max(0, info.padInfo.front),
          }
        : FLAT,
      {
        input: info.inHeight,
        output: info.outHeight,
        window: info.filterHeight,
        stride: info.strideHeight,
        dilation: info.dilationHeight,
        before: Math.max(0, info.padInfo.top),
      },
      {
        input: info.inWidth,
        output: info.outWidth,
        window: info.filterWidth,
        stride: info.strideWidth,
        dilation: info.dilationWidth,
        before: Math.max(0, info.padInfo.left),
      },
    ],
  }
}

/**
 * Calls `visit` for every window, in the order of the output, with what the window has of the input.
 *
 * @param visit gets the index of the output pixel's first channel; and for each pixel of the window that lies in the
 * input, in row-major order, the index of its first channel (`pixels`, of which `count` are valid) and its position in the
 * window (`positions`)
 */
export function eachWindow(
  { batch, channels, outChannels, sides }: Volume,
  visit: (output: number, pixels: Int32Array, count: number, positions: Int32Array) => void,
): void {
  const [depth, height, width] = sides
  const size = depth.window * height.window * width.window
  const pixels = new Int32Array(size)
  const positions = new Int32Array(size)
  let output = 0
  for (let image = 0; image < batch; image++) {
    for (let d = 0; d < depth.output; d++) {
      for (let r = 0; r < height.output; r++) {
        for (let c = 0; c < width.output; c++, output += outChannels) {
          let count = 0
          let position = 0
          for (let wd = 0; wd < depth.window; wd++) {
            const z = d * depth.stride + wd * depth.dilation - depth.before
            for (let wr = 0; wr < height.window; wr++) {
              const y = r * height.stride + wr * height.dilation - height.before
              for (let wc = 0; wc < width.window; wc++, position++) {
                const x = c * width.stride + wc * width.dilation - width.before
                if (z < 0 || z >= depth.input || y < 0 || y >= height.input || x < 0 || x >= width.input)
                  continue
                pixels[count] = (((image * depth.input + z) * height.input + y) * width.input + x) * channels
                positions[count++] = position
              }
            }
          }
          visit(output, pixels, count, positions)
        }
      }
    }
  }
}
