import { damaged } from '../errors.ts'

/**
 * Unpacks RLE4 or RLE8 into one palette index for each pixel, rows from the bottom. Pixels that the codes skip are 0.
 * @returns shape [height · width]
 * @throws DamagedImage if the codes leave the picture or end early
 */
export function unpackRunLengths(
  packed: Uint8Array,
  { width, height, bits }: { width: number; height: number; bits: 4 | 8 },
): Uint8Array {
  // Each row is coded by itself, in runs of at most 255 pixels. A header that promises more is not believed.
  if (width * height > 1e6 && packed.length < height * 2 * Math.ceil(width / 255))
    throw damaged(`its ${packed.length} bytes cannot hold ${width} × ${height} pixels`)
  const pixels = new Uint8Array(width * height)
  let at = 0
  let [x, y] = [0, 0]
  const next = () => {
    if (at >= packed.length) throw damaged('it ends within its pixels')
    return packed[at++] as number
  }
  const put = (value: number) => {
    if (x >= width || y >= height) throw damaged('its pixels leave the picture')
    pixels[y * width + x++] = value
  }
  while (y < height) {
    const count = next()
    const value = next()
    if (count > 0) {
      for (let i = 0; i < count; i++) put(bits === 8 ? value : half(value, i))
    } else if (value === 0) {
      x = 0
      y++
    } else if (value === 1) {
      break
    } else if (value === 2) {
      x += next()
      y += next()
    } else {
      let byte = 0
      for (let i = 0; i < value; i++) {
        if (bits === 8 || i % 2 === 0) byte = next()
        put(bits === 8 ? byte : half(byte, i))
      }
      // Literal pixels fill whole pairs of bytes.
      const used = bits === 8 ? value : Math.ceil(value / 2)
      if (used % 2 === 1) next()
    }
  }
  return pixels
}

/** The upper four bits of a byte for an even pixel, the lower ones for an odd. */
const half = (byte: number, i: number) => (i % 2 === 0 ? byte >> 4 : byte & 15)
