import * as z from 'zod/mini'
import { field, group } from './field.ts'
import { seed } from './seed.ts'

const fastMathIsCompiled = z.refine<{ fastMath: boolean; executor: string }>(
  ({ fastMath, executor }) => !(fastMath && executor === 'eager'),
  {
    path: ['fastMath'],
    error:
      'cannot be combined with `executor` eager (--executor eager): fast math is for compiled programs, and eager runs none. Leave one of them out.',
  },
)

const wideSimdIsExactAndCompiled = z.refine<{ wideSimd: boolean; fastMath: boolean; executor: string }>(
  ({ wideSimd, fastMath, executor }) => !(wideSimd && (fastMath || executor === 'eager')),
  {
    path: ['wideSimd'],
    error:
      'cannot be combined with `executor` eager (--executor eager) or `fastMath` (--fast-math): wide SIMD is for compiled programs with exact kernels. Leave one of them out.',
  },
)

/** How long to train, on how many samples at a time, and what computes. */
export const training = group(
  z
    .strictObject({
      epochs: field(z._default(z.int().check(z.gte(1)), 10), {
        description: 'Passes over the training samples',
        alias: 'e',
      }),
      batchSize: field(z._default(z.int().check(z.gte(1)), 32), {
        description: 'Samples per training step',
        alias: 'b',
        unit: 'samples',
      }),
      seed: field(z._default(seed, 1), {
        description: 'Seed of weights, sample order and dropout. The same seed gives the same bits',
        alias: 's',
      }),
      whitening: field(z._default(z.union([z.literal('none'), z.number().check(z.gt(0))]), 'none'), {
        description:
          'Make the first convolution whiten its input, and freeze it: its filters are the principal components of patches of ' +
          'the training images, divided by √(variance + this number), such as 0.0005, and their negatives. none: random filters',
        valueHint: 'none|EPSILON',
      }),
      imageScales: field(z._default(z.array(z.number().check(z.gt(0), z.lte(1))), []), {
        description:
          'Sides of the training images in the first epochs, as fractions of the full size: with 0.5,0.75 the first epoch has half the ' +
          'height and width, the second three quarters, and later ones the full size. For networks with global pooling',
        valueHint: 'X,X,…',
      }),
      snapshots: field(z._default(z.int().check(z.gte(0), z.lte(49)), 0), {
        description:
          'Train in this many cycles, in each of which the learning rate falls to zero, and save the model at the end of each ' +
          'in snapshots/: the members of treadle ensemble --snapshots. Epochs must be a multiple of it. 0: none',
      }),
      threads: field(z._default(z.union([z.literal('auto'), z.int().check(z.gte(1), z.lte(8))]), 'auto'), {
        description: 'Number of threads, 1 to 8',
      }),
      executor: field(z._default(z.enum(['auto', 'compiled', 'eager']), 'auto'), {
        description: 'compiled: one WebAssembly program. eager: TensorFlow.js, operation by operation',
      }),
      fastMath: field(z._default(z.boolean(), false), {
        description:
          'Fuse multiplications and additions (FMA) if the processor supports it. Can be faster, but the same ' +
          'seed then gives different bits on different processors',
      }),
      wideSimd: field(z._default(z.boolean(), false), {
        description:
          'Pair 128-bit operations into 256-bit ones (AVX2), to the same bits. Node.js ≥ 24, compiled programs only',
      }),
    })
    .check(fastMathIsCompiled, wideSimdIsExactAndCompiled),
  {},
  { description: 'The training loop', title: 'Training' },
)
