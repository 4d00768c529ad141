import { encodePng } from '@treadle/image'
import type { Preprocessing } from '@treadle/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ImageInput, openImage } from './image-input.ts'
import { readImage } from '../../test/read-image.ts'
import { prepared } from './prepare.ts'

const [width, height] = [9, 7]
const contract: Preprocessing = {
  height: 5,
  width: 4,
  channels: 3,
  scale: 1 / 255,
  offset: 0,
  invert: false,
  trim: false,
  fit: 'crop',
  filter: 'bilinear',
  margin: 0,
  background: '#3060c0',
  trainedOn: 'files',
}

/** RGBA: any colours; alpha is 255, or 0 in places. */
const withHoles = (holes: boolean) =>
  Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => {
    const hole = holes && (i >> 2) % 3 === 0
    return hole ? 0 : i % 4 === 3 ? 255 : (i * 37) % 256
  })

const read = async (input: ImageInput) => readImage(await openImage(input))
const inputOf = async (input: ImageInput) => prepared(await read(input), contract)

function drawn<Canvas extends HTMLCanvasElement | OffscreenCanvas>(canvas: Canvas, image: ImageData): Canvas {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.putImageData(image, 0, 0)
  return canvas
}
const onPage = () => Object.assign(document.createElement('canvas'), { width, height })

describe.each([false, true])('with transparent pixels: %s', (holes) => {
  const data = withHoles(holes)
  const image = new ImageData(data, width, height)
  const png = encodePng({ data: new Uint8Array(data), width, height, channels: 4 })
  let expected: Uint8Array | Float32Array
  beforeAll(async () => (expected = await inputOf(png)))

  test.each<[string, () => ImageInput | Promise<ImageInput>]>([
    ['ImageData', () => image],
    ['ImageBitmap', () => createImageBitmap(image)],
    ['canvas', () => drawn(onPage(), image)],
    ['OffscreenCanvas', () => drawn(new OffscreenCanvas(width, height), image)],
    [
      'canvas that shows an ImageBitmap',
      async () => {
        const canvas = onPage()
        canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(await createImageBitmap(image))
        return canvas
      },
    ],
    [
      '<img>',
      async () => {
        const element = new Image()
        element.src = URL.createObjectURL(new Blob([png]))
        await element.decode()
        return element
      },
    ],
    ['pixels', () => ({ data, width, height, channels: 4 as const })],
  ])('%s has the input of the PNG with the same pixels', async (_, make) => {
    const input = await make()
    expect(await inputOf(input)).toEqual(expected)
    // It remains usable.
    expect(await inputOf(input)).toEqual(expected)
  })
})

test('a VideoFrame of RGBA has the input of the PNG with the same pixels', async () => {
  const data = withHoles(false)
  const options = { format: 'RGBA', codedWidth: width, codedHeight: height, timestamp: 0 } as const
  const frame = new VideoFrame(data, options)
  const png = encodePng({ data: new Uint8Array(data), width, height, channels: 4 })
  expect(await inputOf(frame)).toEqual(await inputOf(png))
  frame.close()
  await expect(inputOf(frame)).rejects.toMatchObject({
    code: 'MODEL_BAD_IMAGE',
    message: expect.stringMatching(/the VideoFrame is closed/),
  })
})

test('an ImageData of Display P3 is converted to sRGB', async () => {
  const srgb = new OffscreenCanvas(1, 1).getContext('2d', { colorSpace: 'srgb' })
  if (srgb === null) throw new Error('no canvas')
  srgb.fillStyle = 'color(display-p3 0.5 0.25 0.75)'
  srgb.fillRect(0, 0, 1, 1)
  const p3 = new ImageData(Uint8ClampedArray.of(128, 64, 191, 255), 1, 1, { colorSpace: 'display-p3' })
  const { data } = await read(p3)
  const expected = srgb.getImageData(0, 0, 1, 1).data
  data.forEach((value, i) => expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(1))
  expect(Math.abs((data[2] as number) - 191)).toBeGreaterThan(2)
})

test.each<[string, () => unknown, RegExp]>([
  [
    'a closed ImageBitmap',
    async () => {
      const bitmap = await createImageBitmap(new ImageData(2, 2))
      bitmap.close()
      return bitmap
    },
    /the ImageBitmap is closed/,
  ],
  [
    'a canvas of no size',
    () => Object.assign(document.createElement('canvas'), { width: 0 }),
    /its size is 0 × 150/,
  ],
  ['an OffscreenCanvas of no size', () => new OffscreenCanvas(0, 4), /its size is 0 × 4/],
  [
    'a canvas that is larger than any picture',
    () => new OffscreenCanvas(2 ** 15, 2 ** 15),
    /more than 134217728/,
  ],
  [
    'a tainted canvas',
    async () => {
      const svg =
        '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><foreignObject width="4" height="4"/></svg>'
      const element = new Image()
      element.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
      await element.decode()
      const canvas = onPage()
      canvas.getContext('2d')?.drawImage(element, 0, 0)
      return canvas
    },
    /the canvas is tainted/,
  ],
  ['an <img> without a picture', () => new Image(), /has not loaded/],
  ['a <video> without a frame', () => document.createElement('video'), /no frame yet/],
  ['another element', () => document.createElement('div'), /not an image/],
])('%s is an error', async (_, make, message) => {
  await expect((async () => read((await make()) as ImageInput))()).rejects.toMatchObject({
    code: 'MODEL_BAD_IMAGE',
    message: expect.stringMatching(message),
  })
})
