import { expect, test } from 'vitest'
import { convolutionExtent, convolutionMethod, convolutionSharing } from './convolution.ts'
import { convolutionMethods, type ConvolutionShape } from './manifest/convolution.ts'

const shapeOf = (shape: Partial<ConvolutionShape>): ConvolutionShape => ({
  height: 28,
  width: 28,
  channels: 32,
  filters: 32,
  kernelHeight: 3,
  kernelWidth: 3,
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  ...shape,
})

test.each([
  [{}, 'winograd4'],
  [{ height: 14, width: 14 }, 'winograd4'],
  [{ height: 7, width: 7, channels: 128 }, 'winograd4'],
  [{ height: 6, width: 6 }, 'winograd2'],
  [{ height: 1 }, 'direct'],
  [{ channels: 1 }, 'direct'],
  [{ channels: 3 }, 'direct'],
  [{ kernelWidth: 1 }, 'direct'],
  [{ strideHeight: 2 }, 'direct'],
  [{ dilationWidth: 2 }, 'direct'],
] as const)('of %o the method is %s', (shape, name) => {
  expect(convolutionMethod(shapeOf(shape))).toBe(convolutionMethods[name])
})

test('a Winograd method reads whole tiles', () => {
  const shape = shapeOf({ height: 7, width: 14 })
  expect(convolutionExtent(shape, 0)).toEqual({ rows: 9, columns: 16 })
  expect(convolutionExtent(shape, 2)).toEqual({ rows: 10, columns: 16 })
  expect(convolutionExtent(shape, 4)).toEqual({ rows: 10, columns: 18 })
})

test.each([
  ['large maps: by images alone', {}, 'winograd4', 32, { parts: 8, groups: 1 }],
  [
    '128 tiles: by filters too',
    { height: 7, width: 7, filters: 64 },
    'winograd4',
    32,
    { parts: 4, groups: 2 },
  ],
  ['as many groups as panels', { height: 7, width: 7 }, 'winograd4', 8, { parts: 4, groups: 2 }],
  ['one panel', { height: 7, width: 7, filters: 16 }, 'winograd4', 8, { parts: 8, groups: 1 }],
  ['a direct convolution', { height: 2, width: 2, filters: 64 }, 'direct', 8, { parts: 8, groups: 1 }],
  ['sums too large for parts', { channels: 512, filters: 512 }, 'direct', 32, { parts: 1, groups: 8 }],
] as const)('%s share the gradient by weights', (_, shape, name, batchSize, sharing) => {
  const method = convolutionMethods[name]
  expect(convolutionSharing(shapeOf(shape), method, { shards: 8, batchSize })).toEqual(sharing)
})
