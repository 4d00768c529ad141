import { fc } from '@fast-check/vitest'
import type { Channels, Picture } from '../src/picture.ts'

const side = fc.integer({ min: 1, max: 9 })

/** Pictures of bytes with 1 to 9 pixels a side. */
export const pictures = (...channels: readonly Channels[]): fc.Arbitrary<Picture> =>
  fc.record({ width: side, height: side, channels: fc.constantFrom(...channels) }).chain((size) => {
    const length = size.width * size.height * size.channels
    return fc.uint8Array({ minLength: length, maxLength: length }).map((data) => ({ ...size, data }))
  })

/** A picture of one row. */
export const row = (channels: Channels, ...data: readonly number[]): Picture => ({
  width: data.length / channels,
  height: 1,
  channels,
  data: Uint8Array.from(data),
})

/** The same picture with values that may have fractions. */
export const inFloats = <P extends Picture>({ data, ...rest }: P): Picture<Float32Array> => ({
  ...rest,
  data: Float32Array.from(data),
})
