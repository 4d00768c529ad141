import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { brightnessDefinition } from './brightness.ts'
import { contrastDefinition } from './contrast.ts'
import { noiseDefinition } from './noise.ts'
import { signed } from './signed.ts'
import { changed } from '../testing/pixels.ts'

const draws = fc.record({ seed: fc.nat(), epoch: fc.nat(9), index: fc.nat(999), position: fc.nat(5) })
const draw = { seed: 1, epoch: 0, index: 0, position: 0 }

const image = (pixels: Uint8Array, channels = 1) => ({
  pixels,
  height: 1,
  width: pixels.length / channels,
  channels,
})

const all = Uint8Array.from({ length: 256 }, (_, i) => i)

test.prop([draws, fc.double({ min: 0.01, max: 1, noNaN: true })])(
  'brightness adds the same value to each, clipped',
  async (at, fraction) => {
    const pixels = await changed(image(all), (one) => brightnessDefinition.apply(one, fraction, at))
    const added = signed(fraction, at) * 255
    expect(Math.abs(added)).toBeLessThanOrEqual(fraction * 255)
    pixels.forEach((value, i) =>
      expect(Math.abs(value - Math.min(255, Math.max(0, i + added)))).toBeLessThanOrEqual(0.5),
    )
  },
)

test.prop([draws, fc.uint8Array({ minLength: 1, maxLength: 40 })])(
  'contrast keeps one colour, and the order of values',
  async (at, bytes) => {
    const contrasted = (pixels: Uint8Array, channels: number) =>
      changed(image(pixels, channels), (one) => contrastDefinition.apply(one, 0.9, at))
    const plain = new Uint8Array(12).fill(bytes[0] as number)
    expect(await contrasted(plain, 3)).toEqual(plain)
    const found = await contrasted(bytes, 1)
    for (let i = 1; i < bytes.length; i++)
      expect(Math.sign((found[i] as number) - (found[0] as number))).toBeOneOf([
        0,
        Math.sign((bytes[i] as number) - (bytes[0] as number)),
      ])
  },
)

test.each([0.01, 0.05, 0.1])(
  'noise has mean 0, standard deviation %d and the kurtosis of four uniforms',
  async (sigma) => {
    const count = 40_000
    const grey = image(new Uint8Array(count).fill(128))
    const pixels = await changed(grey, (one) => noiseDefinition.apply(one, sigma, draw))
    const values = Array.from(pixels, (value) => (value - 128) / 255)
    const moment = (power: number) => values.reduce((sum, v) => sum + v ** power, 0) / count
    expect(Math.abs(moment(1))).toBeLessThan(sigma / 50)
    // Rounding adds the variance of a uniform number of one step.
    const variance = sigma ** 2 + 1 / 255 ** 2 / 12
    expect(moment(2) / variance).toBeCloseTo(1, 1)
    // Irwin and Hall: 3 − 6/5/4.
    expect(Math.abs(moment(4) / moment(2) ** 2 - 2.7)).toBeLessThan(0.1)
    const neighbours = values.slice(1).reduce((sum, v, i) => sum + v * (values[i] as number), 0) / count
    expect(Math.abs(neighbours / moment(2))).toBeLessThan(0.02)
  },
)
