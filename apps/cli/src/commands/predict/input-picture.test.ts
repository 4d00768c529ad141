import type { Preprocessing } from '@treadle/core'
import { networkInput } from '@treadle/image'
import { expect, test } from 'vitest'
import { inputPicture } from './input-picture.ts'

const contract: Preprocessing = {
  width: 16,
  height: 16,
  channels: 1,
  scale: 1 / 255,
  offset: 0,
  invert: false,
  trim: false,
  fit: 'crop',
  filter: 'bilinear',
  margin: 0,
  background: 'auto',
  trainedOn: 'files',
}
const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)

test.each([
  [1 / 255, 0],
  [1, 0],
  [1 / 127.5, -1],
  [-1 / 255, 1],
  [1 / 0.3 / 255, -0.5 / 0.3],
])('every byte comes back from scale %f and offset %f', (scale, offset) => {
  const preprocessing = { ...contract, scale, offset }
  const picture = { width: 16, height: 16, channels: 1, data: bytes } as const
  expect(inputPicture(networkInput(picture, preprocessing), preprocessing)).toEqual(picture)
})

test('the picture has the shape of the input', () => {
  const preprocessing = { ...contract, width: 2, height: 1, channels: 3 } as const
  const data = Uint8Array.of(255, 0, 0, 0, 0, 255)
  const input = Float32Array.from(data, (value) => value / 255)
  expect(inputPicture(input, preprocessing)).toEqual({ width: 2, height: 1, channels: 3, data })
})
