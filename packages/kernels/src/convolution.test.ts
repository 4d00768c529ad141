import { expect, test } from 'vitest'
import { convolutionExtent, convolutionMethod } from './convolution.ts'
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
