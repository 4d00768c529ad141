import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { type RasterImage, resize, withChannels } from './raster.ts'

const image = (height: number, width: number, values: number[], channels: 1 | 3 = 1): RasterImage => ({
  height,
  width,
  channels,
  data: Uint8Array.from(values),
})

const images = fc
  .record({
    height: fc.integer({ min: 1, max: 8 }),
    width: fc.integer({ min: 1, max: 8 }),
    channels: fc.constantFrom<1 | 3>(1, 3),
  })
  .chain(({ height, width, channels }) => {
    const length = height * width * channels
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((data) => image(height, width, [...data], channels))
  })
const side = fc.integer({ min: 1, max: 12 })

describe('resizing by area', () => {
  test('averages blocks', () => {
    expect([...resize(image(2, 4, [0, 10, 20, 30, 10, 20, 31, 31]), 1, 2).data]).toEqual([10, 28])
  })

  test('repeats pixels where it enlarges by a whole number', () => {
    expect([...resize(image(1, 2, [3, 9]), 2, 4).data]).toEqual([3, 3, 9, 9, 3, 3, 9, 9])
  })

  test('weighs the pixels at an edge by what is covered of them', () => {
    // Three pixels on two: each new one covers one and a half, (1·90 + ½·30) / 1.5 and (½·30 + 1·0) / 1.5.
    expect([...resize(image(1, 3, [90, 30, 0]), 1, 2).data]).toEqual([70, 10])
  })

  test.prop([images, side, side])(
    'keeps within the range of the values, and an even image even',
    (given, height, width) => {
      const { data } = resize(given, height, width)
      expect(data).toHaveLength(height * width * given.channels)
      expect(Math.min(...data)).toBeGreaterThanOrEqual(Math.min(...given.data))
      expect(Math.max(...data)).toBeLessThanOrEqual(Math.max(...given.data))
    },
  )

  test.prop([images, side, side])(
    'equals the mean over the area, computed point by point',
    (given, height, width) => {
      const { data } = resize(given, height, width)
      const { channels } = given
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          for (let channel = 0; channel < channels; channel++) {
            // On a grid of the sides' common multiples every pixel of either image is a whole block.
            let sum = 0
            for (let v = 0; v < given.height; v++) {
              for (let u = 0; u < given.width; u++) {
                const row = Math.floor((y * given.height + v) / height)
                const column = Math.floor((x * given.width + u) / width)
                sum += given.data[(row * given.width + column) * channels + channel] as number
              }
            }
            const mean = sum / (given.height * given.width)
            expect(
              Math.abs((data[(y * width + x) * channels + channel] as number) - mean),
            ).toBeLessThanOrEqual(0.5 + 1e-9)
          }
        }
      }
    },
  )
})

test('grey weighs red, green and blue as ITU-R BT.601 does', () => {
  const colours = image(1, 4, [255, 0, 0, 0, 255, 0, 0, 0, 255, 200, 200, 200], 3)
  expect([...withChannels(colours, 1).data]).toEqual([76, 150, 29, 200])
  expect([...withChannels(image(1, 2, [5, 6]), 3).data]).toEqual([5, 5, 5, 6, 6, 6])
})
