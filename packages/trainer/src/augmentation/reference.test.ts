import { describe, expect, test } from 'vitest'
import fixture from '../../test/fixtures/augmentation.json' with { type: 'json' }
import { brightnessDefinition } from './brightness.ts'
import { contrastDefinition } from './contrast.ts'
import { rotateDefinition } from './rotate.ts'
import { signed } from './signed.ts'
import { changed } from '../testing/pixels.ts'
import { zoomDefinition } from './zoom.ts'

const draw = { seed: 4, epoch: 1, index: 2, position: 3 }
/** The strength for which the draw gives this amount. */
const strength = (amount: number) => amount / signed(1, draw)

type Change = (image: Parameters<Parameters<typeof changed>[1]>[0], given: number) => void
const changes: Readonly<Record<string, Change>> = {
  rotate: (image, degrees) => image.resample(rotateDefinition.map(strength(degrees), draw, image)),
  zoom: (image, scale) => image.resample(zoomDefinition.map(strength(scale - 1), draw, image)),
  brightness: (image, added) => brightnessDefinition.apply(image, strength(added), draw),
  contrast: (image, factor) => contrastDefinition.apply(image, strength(factor - 1), draw),
}

describe(`as Keras ${fixture.keras}, rounded to bytes`, () => {
  test.each(fixture.cases)('$name by $given of $shape', async ({ name, given, shape, image, values }) => {
    const [height, width, channels] = shape as [number, number, number]
    const before = { pixels: Uint8Array.from(image), height, width, channels }
    const pixels = await changed(before, (one) => {
      if (typeof given === 'number') return (changes[name] as Change)(one, given)
      const [xx, xy, yx, yy, dx = 0, dy = 0] = given as [number, number, number, number, number?, number?]
      one.resample({ xx, xy, yx, yy, dx, dy })
    })
    // `RandomRotation` computes its matrix in float32.
    const tolerance = name === 'rotate' ? 0.01 : 0.0002
    values.forEach((value, i) =>
      expect(Math.abs((pixels[i] as number) - value)).toBeLessThan(0.5 + tolerance),
    )
  })
})
