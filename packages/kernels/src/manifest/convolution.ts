import { featureMap } from './feature-map.ts'
import { instruction, type Cost } from './instruction.ts'

/** Values of the operand `method`: how a convolution is computed. `convolutionMethod` chooses. */
export const convolutionMethods = {
  /** Products over the overlapping rows of the map. */
  direct: 0,
  /** Winograd F(2×2, 3×3). */
  winograd2: 2,
  /** Winograd F(4×4, 3×3) with the points 0, ±3/4, ±3/2, ∞. */
  winograd4: 4,
} as const

/**
 * The shape of a convolution.
 * - `height`, `width`: pixels of the output map.
 * - `channels`: of the input map in memory, padding included: a multiple of four, or 1 or 3.
 * - `filters`: channels of the output map, padded to a multiple of four.
 * - `kernelHeight`, `kernelWidth`, `strideHeight`, `strideWidth`, `dilationHeight`, `dilationWidth`: pixels of the
 *   input map, 1 or more.
 */
export const convolutionShape = {
  height: 'i32',
  width: 'i32',
  channels: 'i32',
  filters: 'i32',
  kernelHeight: 'i32',
  kernelWidth: 'i32',
  strideHeight: 'i32',
  strideWidth: 'i32',
  dilationHeight: 'i32',
  dilationWidth: 'i32',
} as const

export type ConvolutionShape = Readonly<Record<keyof typeof convolutionShape, number>>

const scratchEffect = (method: number) => (method === convolutionMethods.direct ? 'reads own' : 'writes own')

/** A shard computes its own images, or `byRow` some rows of all images. */
function convolutionEffects({ byRow, method }: { byRow: number; method: number }) {
  const own = byRow ? ('all' as const) : ('own' as const)
  return {
    x: `reads ${own}`,
    y: `writes ${own}`,
    weights: 'reads all',
    bias: 'reads all',
    scratch: scratchEffect(method),
  } as const
}

/** The cost of `factor` multiplications for each pixel of the output map. */
export function multiplied(factor: (size: ConvolutionShape) => number) {
  return (size: ConvolutionShape, samples: number): Cost => {
    const { height, width, channels, filters, kernelHeight, kernelWidth } = size
    const pixels = samples * height * width
    return {
      shape: `${samples}×${height}×${width}×${channels} → ${filters}, ${kernelHeight}×${kernelWidth}`,
      flops: 2 * pixels * factor(size),
      bytes: 4 * (pixels * (channels + filters) + factor(size)),
    }
  }
}

const convolved = multiplied((s) => s.kernelHeight * s.kernelWidth * s.channels * s.filters)

/**
 * Convolutions of feature maps. There is no padding: `x` is the address of the pixel that the first tap of the kernel
 * meets for output pixel (0, 0) of image 0. For padding it lies in a border of zeros, `top` rows above and `left` pixels
 * left of the map. Output pixel (r, c) reads pixels (r · strideHeight + ky · dilationHeight, c · strideWidth + kx ·
 * dilationWidth) from there. All pixels that `convolutionExtent` counts must exist, and those outside of the map must
 * be zero.
 *
 * Weights lie in panels of 16 filters, as a dense layer's: `convolutionWeights` has the layout. Row (ky · kernelWidth + kx)
 * · channels + c of a panel holds the weights of that tap and channel.
 */
export const convolution = {
  /**
   * y = act(x ∗ weights + bias).
   * - `x`: see above. `y`: pixel (0, 0) of image 0 of the output map.
   * - `weights`: panels; for a Winograd method what `winogradWeights` wrote.
   * - `bias`: `filters` floats, padded to whole panels of 16, or 0 for none.
   * - `flags`: `gemmFlags.relu`, or `gemmFlags.keep` to add to what `y` holds (`bias` is then ignored).
   * - `method`: of `convolutionMethods`, from `convolutionMethod(shape)`.
   * - `scratch`, `scratchThread`: a buffer with `convolutionScratch(shape, method)` bytes for each thread that may run
   *   shards (as many as there are shards at most), and the bytes from one thread's part to the next. Direct needs none (0).
   * - `byRow`: 1 gives each shard some rows of all images: for fewer images than shards. The bits are the same.
   *
   * The gradient by the input is this instruction too, over dy: `flipWeights` gives the kernel, the border around dy is
   * dilation · (kernel − 1) − padding pixels wide, and for a stride dy is spaced out with `place` first.
   */
  convolve: instruction({
    opcode: 80,
    operands: {
      ...featureMap('x'),
      ...featureMap('y'),
      weights: 'address',
      bias: 'address',
      ...convolutionShape,
      flags: 'i32',
      method: 'i32',
      scratch: 'address',
      scratchThread: 'bytes',
      byRow: 'i32',
    },
    effects: convolutionEffects,
    cost: convolved,
  }),
  /**
   * The gradient by the weights (and by the bias): dw[ky, kx, c, f] = Σ x · dy, db[f] = Σ dy.
   * - `x`: as in `convolve`. `dy`: pixel (0, 0) of image 0 of the output's gradient.
   * - `parts`, `groups`: the images are split into `parts` parts, and the panels of filters into `groups` groups. A shard
   *   computes one group of one part, so `parts` · `groups` must not exceed the number of shards; with one group, `parts`
   *   must be that number. See `convolutionSharing`.
   * - `dw`, `dwPart`: the sums in the layout of the weights, and the bytes from one part's sums to the next. The
   *   instruction that reads the parts adds them in order.
   * - `db`, `dbPart`: the same for the bias, `filters` floats padded to whole panels of 16; 0 for none.
   * - `method`: from `convolutionWeightsMethod(shape)`; `scratch`, `scratchThread`: `convolutionWeightsScratch` bytes for each thread.
   */
  convolveWeights: instruction({
    opcode: 81,
    operands: {
      ...featureMap('x'),
      ...featureMap('dy'),
      dw: 'address',
      dwPart: 'bytes',
      db: 'address',
      dbPart: 'bytes',
      ...convolutionShape,
      method: 'i32',
      scratch: 'address',
      scratchThread: 'bytes',
      parts: 'i32',
      groups: 'i32',
    },
    effects: ({ groups, method }) => {
      const own = groups === 1 ? ('own' as const) : ('all' as const)
      return {
        x: `reads ${own}`,
        dy: `reads ${own}`,
        dw: `writes ${own}`,
        db: `writes ${own}`,
        scratch: scratchEffect(method),
      } as const
    },
    cost: convolved,
  }),
  /**
   * The kernel of the gradient by the input: target[kh − 1 − ky, kw − 1 − kx, f, c] = source[ky, kx, c, f].
   * - `source`: weights in panels with `channels` and `filters` as in `convolve`. `target`: panels of a convolution from
   *   `filters` to `channels` (padded to a multiple of four), rows of the padding included.
   */
  flipWeights: instruction({
    opcode: 82,
    operands: {
      source: 'address',
      target: 'address',
      channels: 'i32',
      filters: 'i32',
      kernelHeight: 'i32',
      kernelWidth: 'i32',
    },
    effects: { source: 'reads all', target: 'writes all' },
    cost: ({ channels, filters, kernelHeight, kernelWidth }) => ({
      shape: `${kernelHeight}×${kernelWidth}×${channels}×${filters}`,
      flops: 0,
      bytes: 8 * kernelHeight * kernelWidth * channels * filters,
    }),
  }),
}
