import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { rgbOf } from './rgba.ts'

test.prop([fc.uint8Array({ maxLength: 100 }), fc.nat({ max: 5 })])(
  'copies colours of any number of pixels at any address',
  (values, start) => {
    const rgba = values.subarray(
      start,
      start + Math.max(0, values.length - start - ((values.length - start) % 4)),
    )
    const pixels = Array.from({ length: rgba.length / 4 }, (_, i) => [...rgba.subarray(4 * i, 4 * i + 4)])
    expect([...rgbOf(rgba)]).toEqual(pixels.flatMap((pixel) => pixel.slice(0, 3)))
  },
)
