import { type Picture, encodePng } from '@treadle/image'
import { expect, test } from 'vitest'
import { readImage } from './image-input.ts'

const picture: Picture = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }
const png = encodePng(picture)

test.each([
  ['bytes', png],
  ['a buffer', png.buffer],
  ['a blob', new Blob([png])],
  ['a part of a buffer', Uint8Array.of(0, ...png).subarray(1)],
])('a PNG as %s', async (_, input) => expect(await readImage(input)).toEqual(picture))

test('pixels are read without a promise, with the channels that their number gives', () => {
  expect(readImage({ data: picture.data, width: 2, height: 1 })).toEqual(picture)
  const clamped = Uint8ClampedArray.from(picture.data)
  expect(readImage({ data: clamped, width: 1, height: 2 })).toEqual({ ...picture, width: 1, height: 2 })
  const floats = Float32Array.of(0.5, 255)
  expect(readImage({ data: floats, width: 1, height: 2 })).toEqual({
    width: 1,
    height: 2,
    channels: 1,
    data: floats,
  })
})

test.each([
  ['a HEIC', new TextEncoder().encode('\0\0\0\x18ftypheic'), /the image: it is a HEIC file by its content/],
  ['a cut JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), /its JPEG is damaged/],
  ['a cut PNG', png.subarray(0, 50), /its PNG is damaged/],
  ['numbers in an array', { data: new Float64Array(2), width: 2, height: 1 }, /`data` are of another type/],
])('%s is refused', async (_, input, message) => {
  await expect((async () => readImage(input as never))()).rejects.toMatchObject({
    code: 'MODEL_BAD_IMAGE',
    message: expect.stringMatching(message),
  })
})
