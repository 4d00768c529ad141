import { fc, test as property } from '@fast-check/vitest'
import { type Picture, encodePng } from '@treadle/image'
import { describe, expect, test } from 'vitest'
import {
  bytesOf16,
  bytesOf32,
  joined,
  pngChunk,
  pngSignature,
  zlibStored,
} from '../../../../test/support/png.ts'
import { type ImageInput, inTurn, openImage } from './image-input.ts'
import { readImage } from '../../test/read-image.ts'
import { checkPixels } from './pixels.ts'

const picture: Picture = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }
const png = encodePng(picture)
const read = async (input: unknown, signal?: AbortSignal) =>
  readImage(await openImage(input as ImageInput, { signal }))
/** Undefined where a promise is needed. */
const now = (pixels: ImageInput) => {
  const opened = openImage(pixels)
  return opened instanceof Promise ? undefined : readImage(opened)
}
const dataUrl = new URL(`data:image/png;base64,${btoa(String.fromCharCode(...png))}`)
const answer = (body: BodyInit | null = png, init?: ResponseInit) => new Response(body, init)

test.each<[string, ImageInput | (() => ImageInput)]>([
  ['bytes', png],
  ['a buffer', png.buffer],
  ['a blob', new Blob([png])],
  ['a file', new File([png], 'shirt.png')],
  ['a part of a buffer', Uint8Array.of(0, ...png).subarray(1)],
  ['a response', answer()],
  ['a data URL', dataUrl],
  ['a blob URL', new URL(URL.createObjectURL(new Blob([png])))],
])('a PNG as %s', async (_, input) => expect(await read(input)).toEqual(picture))

test('pixels are read without a promise, with the channels that their number gives', () => {
  expect(now({ data: picture.data, width: 2, height: 1 })).toEqual(picture)
  const clamped = Uint8ClampedArray.from(picture.data)
  expect(now({ data: clamped, width: 1, height: 2 })).toEqual({ ...picture, width: 1, height: 2 })
  const floats = Float32Array.of(0.5, 255)
  expect(now({ data: floats, width: 1, height: 2 })).toEqual({
    width: 1,
    height: 2,
    channels: 1,
    data: floats,
  })
})

test.each([
  ['a HEIC', new TextEncoder().encode('\0\0\0\x18ftypheic'), /the image: its content is HEIC/],
  ['a cut JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), /its JPEG is damaged/],
  ['a cut PNG', png.subarray(0, 50), /its PNG is damaged/],
  ['a cut PNG in a file', new File([png.subarray(0, 50)], 'shirt.png'), /^Reading shirt\.png: .*damaged/],
  ['big integers', { data: new BigInt64Array(2), width: 2, height: 1 }, /values are of another type/],
  [
    'channels that are no number',
    { data: Uint8Array.of(9), width: 1, height: 1, channels: Symbol('x') },
    /1 values do not make 1 rows of 1 pixels with Symbol\(x\) channels/,
  ],
  ['a view', { data: new DataView(new ArrayBuffer(2)), width: 2, height: 1 }, /need|values/],
  ['numbers in an array', { data: [1, 2], width: 2, height: 1 }, /object is not an image/],
  ['an address as text', 'https://example.com/a.png', /string \(an address is given as a URL/],
  ['null', null, /null is not an image/],
  [
    'a page in the place of a picture',
    answer('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
    /the response \(text\/html\): its content is of no known image format/,
  ],
  ['an empty response', answer(null, { status: 204 }), /it is empty/],
])('%s is an error', async (_, input, message) => {
  await expect(read(input)).rejects.toMatchObject({
    code: 'MODEL_BAD_IMAGE',
    message: expect.stringMatching(message),
  })
})

describe('a response', () => {
  test('that has been read is an error, and so is one that is being read', async () => {
    const used = answer()
    await used.arrayBuffer()
    const locked = answer()
    locked.body?.getReader()
    for (const response of [used, locked])
      await expect(read(response)).rejects.toMatchObject({
        code: 'MODEL_BAD_IMAGE',
        message: expect.stringMatching(/the response has been read already\. Give `response\.clone\(\)`/),
      })
  })

  test('that is not ok is an error with its status', async () => {
    await expect(read(answer(png, { status: 404, statusText: 'Not Found' }))).rejects.toMatchObject({
      code: 'MODEL_READ_FAILED',
      message: expect.stringMatching(/the response failed: the server answered 404 Not Found/),
    })
  })

  test('that never ends is read no further than the limit, and is cancelled', async () => {
    let given = 0
    let cancelled = false
    const piece = new Uint8Array(2 ** 22)
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        given += piece.length
        controller.enqueue(piece)
      },
      cancel: () => void (cancelled = true),
    })
    await expect(read(answer(body))).rejects.toMatchObject({
      code: 'MODEL_BAD_IMAGE',
      message: expect.stringMatching(/more than 134217728 bytes/),
    })
    expect(given).toBeLessThan(2 ** 27 + 3 * piece.length)
    expect(cancelled).toBe(true)
  })

  test('that stalls ends with an abort', async () => {
    const controller = new AbortController()
    const reading = read(answer(new ReadableStream()), controller.signal)
    controller.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
  })
})

test('an address where nothing answers is an error', async () => {
  await expect(read(new URL('http://127.0.0.1:9/a.png'))).rejects.toMatchObject({ code: 'MODEL_READ_FAILED' })
})

test('the error of one of a list has its index, and an abort ends the list', async () => {
  const list = [png, png.subarray(0, 50)]
  await expect(inTurn(list, undefined, read)).rejects.toMatchObject({ index: 1, code: 'MODEL_BAD_IMAGE' })
  const controller = new AbortController()
  const reading = inTurn([png, png], controller.signal, async () => controller.abort(new Error('enough')))
  await expect(reading).rejects.toThrow('enough')
})

const types = [Uint8Array, Uint8ClampedArray, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array]

property.prop([fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.constantFrom(...types)])(
  'bytes in an array of any type are the same pixels',
  (bytes, Type) => {
    const { data } = checkPixels({ data: Type.from(bytes), width: bytes.length, height: 1, range: [0, 255] })
    expect([...data]).toEqual([...bytes])
  },
)

/** A grey PNG of 16 bits of one row. */
const encodePng16 = (row: Uint16Array) =>
  joined(
    pngSignature,
    pngChunk('IHDR', joined(bytesOf32(row.length, 1), Uint8Array.of(16, 0, 0, 0, 0))),
    pngChunk('IDAT', zlibStored(joined(Uint8Array.of(0), bytesOf16(...row)))),
    pngChunk('IEND'),
  )

property.prop([fc.uint16Array({ minLength: 1, maxLength: 20 })])(
  'values of 16 bits are the bytes of a PNG of 16 bits',
  async (values) => {
    // One value is bright: values of 12 bits without a range are an error.
    const data = Uint16Array.of(65_535, ...values)
    const pixels = checkPixels({ data, width: data.length, height: 1 })
    const sixteen = await read(encodePng16(data))
    expect(pixels).toEqual(sixteen)
  },
)

test('values of 12 bits in an array of 16 bits need their range', () => {
  const data = Uint16Array.of(0, 4095)
  expect(() => checkPixels({ data, width: 2, height: 1 })).toThrow(/between 0 and 4095.*`range`.*\[0, 4095\]/)
  expect([...checkPixels({ data, width: 2, height: 1, range: [0, 4095] }).data]).toEqual([0, 255])
  expect([...checkPixels({ data, width: 2, height: 1, range: [0, 65_535] }).data]).toEqual([0, 16])
  expect([...checkPixels({ data: new Uint16Array(2), width: 2, height: 1 }).data]).toEqual([0, 0])
})
