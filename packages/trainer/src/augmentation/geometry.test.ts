import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { rotate, shear, translate, zoom, type Augmentation } from './index.ts'
import type { AffineMap } from '@treadle/kernels'
import { aroundCentre, compose } from './affine-map.ts'
import { augmented, changed, type TestImage as Image } from '../testing/pixels.ts'
import { rotateDefinition } from './rotate.ts'
import { shearDefinition } from './shear.ts'
import { signed } from './signed.ts'
import { translateDefinition } from './translate.ts'
import { zoomDefinition } from './zoom.ts'

const anySize = { height: 28, width: 28 }

const identity = aroundCentre({ xx: 1, xy: 0, yx: 0, yy: 1 })

/** An image of any size and bytes. */
const anyImage = fc
  .record({
    height: fc.integer({ min: 1, max: 8 }),
    width: fc.integer({ min: 1, max: 8 }),
    channels: fc.constantFrom(1, 3),
  })
  .chain((size) => {
    const length = size.height * size.width * size.channels
    return fc.uint8Array({ minLength: length, maxLength: length }).map((pixels) => ({ ...size, pixels }))
  })

const draws = fc.record({ seed: fc.nat(), epoch: fc.nat(9), index: fc.nat(999), position: fc.nat(5) })

const resampled = (image: Image, map: AffineMap) => changed(image, (one) => one.resample(map))

describe('resample', () => {
  test.prop([anyImage])('by the identity changes nothing', async (image) => {
    expect(await resampled(image, identity)).toEqual(image.pixels)
  })

  test.prop([anyImage])(
    'by half a turn twice changes nothing, and once reverses the pixels',
    async (image) => {
      const half = aroundCentre({ xx: -1, xy: 0, yx: 0, yy: -1 })
      const once = await resampled(image, half)
      expect(await resampled({ ...image, pixels: once }, half)).toEqual(image.pixels)
      const { channels, pixels } = image
      const reversed = pixels.map((_, i) => {
        const pixel = pixels.length / channels - 1 - Math.floor(i / channels)
        return pixels[pixel * channels + (i % channels)] as number
      })
      expect(once).toEqual(reversed)
    },
  )

  test.prop([anyImage])('by a quarter of a turn four times changes nothing in a square', async (image) => {
    const size = Math.min(image.height, image.width)
    const pixels = Uint8Array.from(image.pixels).slice(0, size * size * image.channels)
    const square = { ...image, height: size, width: size, pixels }
    const quarter = aroundCentre({ xx: 0, xy: -1, yx: 1, yy: 0 })
    let turned: Uint8Array = pixels
    for (let i = 0; i < 4; i++) turned = await resampled({ ...square, pixels: turned }, quarter)
    expect(turned).toEqual(pixels)
  })

  test.prop([
    anyImage,
    fc.double({ min: -4, max: 4, noNaN: true }),
    fc.double({ min: -4, max: 4, noNaN: true }),
  ])(
    'stays between the smallest and the largest value, and keeps an image of one colour',
    async (image, a, b) => {
      const map = { xx: a, xy: b, yx: -b, yy: a, dx: 3 * b, dy: -a }
      const found = await resampled(image, map)
      expect(Math.min(...found)).toBeGreaterThanOrEqual(Math.min(...image.pixels))
      expect(Math.max(...found)).toBeLessThanOrEqual(Math.max(...image.pixels))
      const plain = { ...image, pixels: image.pixels.map(() => 77) }
      expect(await resampled(plain, map)).toEqual(plain.pixels)
    },
  )
})

test.prop([draws, fc.double({ min: 0, max: 180, noNaN: true })])(
  'a rotation keeps lengths and has the angle that was drawn, to 1e-15',
  (draw, degrees) => {
    const { xx, xy, yx, yy } = rotateDefinition.map(degrees, draw, anySize)
    const angle = (signed(degrees, draw) * Math.PI) / 180
    const wanted = [Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)]
    ;[xx, xy, yx, yy].forEach((value, i) =>
      expect(Math.abs(value - (wanted[i] as number))).toBeLessThan(1e-15),
    )
    expect(Math.abs(signed(degrees, draw))).toBeLessThanOrEqual(degrees)
  },
)

test.prop([anyImage, draws])(
  'neighbours in the list are one resampling, by the composed map',
  async (image, draw) => {
    const { seed, epoch } = draw
    const samples = {
      ...image,
      kind: 'images' as const,
      count: 1,
      labels: new Int32Array(1),
      images: Uint8Array.from(image.pixels),
    }
    const list: Augmentation[] = [rotate(20), zoom(0.2), shear(0.3), translate(0.4)]
    const { images: target } = await augmented(samples, list, { seed, epoch })
    const at = (position: number) => ({ seed, epoch, index: 0, position })
    // The place is moved, sheared, scaled, and then rotated: the image is rotated first.
    const map = compose(
      rotateDefinition.map(20, at(0), image),
      compose(
        zoomDefinition.map(0.2, at(1), image),
        compose(shearDefinition.map(0.3, at(2), image), translateDefinition.map(0.4, at(3), image)),
      ),
    )
    const close = await resampled(image, map)
    // Products of matrices are associative up to rounding.
    target.forEach((value, i) => expect(Math.abs(value - (close[i] as number))).toBeLessThanOrEqual(1))
  },
)
