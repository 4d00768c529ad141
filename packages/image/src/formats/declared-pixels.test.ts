import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import files from '../../test/fixtures/pictures.json' with { type: 'json' }
import { declaredPixels } from './declared-pixels.ts'

const bytesOfCase = (file: string) => Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0))

test.each(files)('$name has the pixels that its header declares', ({ file, width, height }) => {
  expect(declaredPixels(bytesOfCase(file))).toBe(width * height)
})

test('what is no picture, and a header that is cut off, declare none', () => {
  expect(declaredPixels(new Uint8Array())).toBeUndefined()
  expect(declaredPixels(new TextEncoder().encode('GIF89'))).toBeUndefined()
  for (const { file } of files) expect(declaredPixels(bytesOfCase(file).slice(0, 9))).toBeUndefined()
  expect(declaredPixels(undefined as never)).toBeUndefined()
})

test.prop([fc.constantFrom(...files), fc.array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 255 })))])(
  'a damaged header declares a number or none',
  ({ file }, damage) => {
    const bytes = bytesOfCase(file)
    for (const [position, value] of damage) bytes[3 + position] = value
    const pixels = declaredPixels(bytes)
    expect(pixels === undefined || (Number.isFinite(pixels) && pixels >= 0)).toBe(true)
  },
)
