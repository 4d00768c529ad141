import { expect, test } from 'vitest'
import { bytesOf, pictureValuesOf } from './bytes-of.ts'

const numbers = [1, 2, 3, 250]

test('bytes of this realm are taken without a copy', () => {
  const bytes = Uint8Array.from(numbers)
  expect(bytesOf(bytes)).toBe(bytes)
  expect(bytesOf(bytes.buffer)?.buffer).toBe(bytes.buffer)
  expect(bytesOf(new Uint8ClampedArray(bytes.buffer, 1, 2))).toEqual(Uint8Array.of(2, 3))
  expect(bytesOf(new SharedArrayBuffer(3))).toHaveLength(3)
})

test.each([
  [undefined],
  [null],
  ['abc'],
  [numbers],
  [new Float32Array(3)],
  [new DataView(new ArrayBuffer(3))],
  [{}],
])('%s is no bytes', (value) => expect(bytesOf(value)).toBeUndefined())

test('picture values are bytes or floats of 32 bits', () => {
  expect(pictureValuesOf(Uint8ClampedArray.from(numbers))).toEqual(Uint8Array.from(numbers))
  const floats = Float32Array.of(0.5, 1)
  expect(pictureValuesOf(floats)).toBe(floats)
  for (const value of [
    numbers,
    new Float64Array(2),
    new Int8Array(2),
    new DataView(new ArrayBuffer(2)),
    null,
  ])
    expect(pictureValuesOf(value)).toBeUndefined()
})
