import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import cases from '../test/fixtures/resize.json' with { type: 'json' }
import { failure } from '../test/failure.ts'
import { inFloats, pictures, row } from '../test/pictures.ts'
import type { Channels, Picture, PictureValues } from './picture.ts'
import { resize } from './resize.ts'

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const side = fc.integer({ min: 1, max: 12 })
const filter = fc.constantFrom('area', 'bilinear')

describe('Pillow’s values within 1', () => {
  test.each(cases)('$filter, $from to $to, $channels channels', (one) => {
    const [[width, height], [toWidth, toHeight]] = [one.from, one.to] as [[number, number], [number, number]]
    const picture = { width, height, channels: one.channels as Channels, data: fromBase64(one.data) }
    const { data } = resize(picture, { width: toWidth, height: toHeight }, { filter: one.filter as 'area' })
    const pillow = fromBase64(one.pillow)
    expect(data).toHaveLength(pillow.length)
    data.forEach((value, i) => expect(Math.abs(value - (pillow[i] as number))).toBeLessThanOrEqual(1))
  })
})

describe('area', () => {
  test('averages blocks', () => {
    const picture: Picture = {
      width: 4,
      height: 2,
      channels: 1,
      data: Uint8Array.of(0, 10, 20, 30, 10, 20, 31, 31),
    }
    expect([...resize(picture, { width: 2, height: 1 }).data]).toEqual([10, 28])
  })

  test('repeats pixels where it enlarges by a whole number', () => {
    expect([...resize(row(1, 3, 9), { width: 4, height: 2 }).data]).toEqual([3, 3, 9, 9, 3, 3, 9, 9])
  })

  test('weighs the pixels at an edge by what is covered of them', () => {
    // Three pixels on two: each new one covers one and a half, (1·90 + ½·30) / 1.5 and (½·30 + 1·0) / 1.5.
    expect([...resize(row(1, 90, 30, 0), { width: 2, height: 1 }).data]).toEqual([70, 10])
  })

  test.prop([pictures(1, 2, 3, 4), side, side])(
    'equals the mean over the area, computed point by point',
    (picture, width, height) => {
      const found = resize(inFloats(picture), { width, height }).data
      const rounded = resize(picture, { width, height }).data
      const expected = meansOverArea(picture, width, height)
      expect(found).toHaveLength(expected.length)
      expected.forEach((mean, i) => {
        expect(found[i]).toBeCloseTo(mean, 4)
        expect(Math.abs((rounded[i] as number) - mean)).toBeLessThanOrEqual(0.5 + 1e-9)
      })
    },
  )

  test.prop([pictures(1, 3), side, side])('keeps the mean of every channel', (picture, width, height) => {
    const resized = resize(inFloats(picture), { width, height })
    for (let channel = 0; channel < picture.channels; channel++)
      expect(channelMean(resized, channel)).toBeCloseTo(channelMean(picture, channel), 3)
  })
})

test.prop([pictures(1, 2, 3, 4), side, side, filter])(
  'values stay in the range that they had, and the size is the one asked for',
  (picture, width, height, name) => {
    const resized = resize(picture, { width, height }, { filter: name })
    expect(resized).toMatchObject({ width, height, channels: picture.channels })
    expect(resized.data).toHaveLength(width * height * picture.channels)
    expect(Math.min(...resized.data)).toBeGreaterThanOrEqual(Math.min(...picture.data))
    expect(Math.max(...resized.data)).toBeLessThanOrEqual(Math.max(...picture.data))
  },
)

test('sizes that are none are refused', async () => {
  const error = await failure(() => resize(row(1, 5), { width: 0, height: 1 }))
  expect([error.code, error.message]).toEqual([
    'IMAGE_BAD_PICTURE',
    'Resizing a picture: `width` (=0) must be an integer of at least 1.',
  ])
  expect((await failure(() => resize(row(1, 5), { width: 1, height: 1.5 }))).message).toMatch(
    /`height` \(=1.5\)/,
  )
})

/** On a grid of the sides' common multiples every pixel of either picture is a whole block. */
function meansOverArea(picture: Picture, width: number, height: number): number[] {
  const { channels } = picture
  const means: number[] = []
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0
        for (let v = 0; v < picture.height; v++) {
          for (let u = 0; u < picture.width; u++) {
            const rowOf = Math.floor((y * picture.height + v) / height)
            const column = Math.floor((x * picture.width + u) / width)
            sum += picture.data[(rowOf * picture.width + column) * channels + channel] as number
          }
        }
        means.push(sum / (picture.height * picture.width))
      }
    }
  }
  return means
}

function channelMean({ data, channels }: Picture<PictureValues>, channel: number): number {
  const values = Array.from(data).filter((_, i) => i % channels === channel)
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
