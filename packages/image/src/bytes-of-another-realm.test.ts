import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { bytesOf, pictureValuesOf } from './bytes-of.ts'

test.each([
  ['Uint8Array.of(1, 2)'],
  ['Uint8ClampedArray.of(1, 2)'],
  ['Uint8Array.of(0, 1, 2, 3).subarray(1, 3)'],
  ['Uint8Array.of(1, 2).buffer'],
])('%s', (code) => {
  const bytes = bytesOf(runInNewContext(code))
  expect(bytes).toBeInstanceOf(Uint8Array)
  expect([...(bytes as Uint8Array)]).toEqual([1, 2])
})

test('floats', () => {
  const floats = pictureValuesOf(runInNewContext('Float32Array.of(0, 0.5, 1).subarray(1)'))
  expect(floats).toBeInstanceOf(Float32Array)
  expect([...(floats as Float32Array)]).toEqual([0.5, 1])
})
