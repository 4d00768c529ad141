import { convolutionShape, multiplied, type ConvolutionShape } from './convolution.ts'
import { featureMap } from './feature-map.ts'
import { instruction } from './instruction.ts'

/**
 * The shape of a depthwise convolution. `filters` is channels · multiplier, padded to a multiple of four. Filter c ·
 * multiplier + m reads channel c.
 */
const shape = { ...convolutionShape, multiplier: 'i32' } as const

export type DepthwiseShape = ConvolutionShape & { readonly multiplier: number }

const convolvedByChannel = multiplied((size) => size.kernelHeight * size.kernelWidth * size.filters)

/** Convolutions of each channel by itself. */
export const depthwise = {
  /**
   * A convolution of each channel by itself: y[f] = act(x[⌊f / multiplier⌋] ∗ weights[f] + bias[f]).
   * - `x`, `y`, `bias`, `flags`, `byRow`: as in `convolve`.
   * - `weights`: row ky · kernelWidth + kx holds the tap's `filters` weights, padded to a multiple of four, with no panels.
   */
  depthwise: instruction({
    opcode: 84,
    operands: {
      ...featureMap('x'),
      ...featureMap('y'),
      weights: 'address',
      bias: 'address',
      ...shape,
      flags: 'i32',
      byRow: 'i32',
    },
    effects: ({ byRow }) => {
      const own = byRow ? ('all' as const) : ('own' as const)
      return { x: `reads ${own}`, y: `writes ${own}`, weights: 'reads all', bias: 'reads all' } as const
    },
    cost: convolvedByChannel,
  }),
  /** The gradient of `depthwise` by weights and bias: a part for each shard, as `convolveWeights` with one group. */
  depthwiseWeights: instruction({
    opcode: 85,
    operands: {
      ...featureMap('x'),
      ...featureMap('dy'),
      dw: 'address',
      dwShard: 'bytes',
      db: 'address',
      dbShard: 'bytes',
      ...shape,
    },
    effects: { x: 'reads own', dy: 'reads own', dw: 'writes own', db: 'writes own' },
    cost: convolvedByChannel,
  }),
  /**
   * The gradient of `depthwise` by its input. `dy`: pixel (0, 0) of image 0; needs no border. `dx`: pixel (0, 0) of image 0 of
   * the input map, `inputHeight` × `inputWidth` pixels, `top` and `left` as in pooling: what falls into the padding is
   * dropped. `accumulate` 1 adds to what `dx` holds. `scratch`, `scratchThread`: a buffer with `depthwiseInputScratch`
   * bytes for each thread that may run shards, and the bytes from one thread's part to the next; 0 for multiplier 1.
   */
  depthwiseInput: instruction({
    opcode: 86,
    operands: {
      ...featureMap('dy'),
      ...featureMap('dx'),
      weights: 'address',
      ...shape,
      inputHeight: 'i32',
      inputWidth: 'i32',
      top: 'i32',
      left: 'i32',
      accumulate: 'i32',
      scratch: 'address',
      scratchThread: 'bytes',
    },
    effects: ({ multiplier }) => ({
      dy: 'reads own',
      dx: 'writes own',
      weights: 'reads all',
      scratch: multiplier > 1 ? 'writes own' : 'reads own',
    }),
    cost: convolvedByChannel,
  }),
}
