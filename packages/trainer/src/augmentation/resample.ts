import type { AugmentedImage } from './definition.ts'
import type { AffineMap } from './affine-map.ts'

/**
 * Resamples an image by an affine map: each pixel takes the value at the place that the map gives for
 * it, bilinear between the four pixels around this place, rounded to the nearest byte. Outside of the image there are its
 * mirror images. These are the definitions of Keras 3's `ops.image.affine_transform` with `bilinear` and `reflect`.
 */
export function resample(image: AugmentedImage, { xx, xy, yx, yy, dx, dy }: AffineMap): void {
  const { pixels, height, width, channels, scratch } = image
  scratch.set(pixels)
  const centreX = (width - 1) / 2
  const centreY = (height - 1) / 2
  const row = width * channels
  let to = 0
  for (let y = 0; y < height; y++) {
    const fromX = xy * (y - centreY) + centreX + dx
    const fromY = yy * (y - centreY) + centreY + dy
    for (let x = 0; x < width; x++, to += channels) {
      const sourceX = xx * (x - centreX) + fromX
      const sourceY = yx * (x - centreX) + fromY
      const left = Math.floor(sourceX)
      const top = Math.floor(sourceY)
      const right = sourceX - left
      const bottom = sourceY - top
      let topLeft = top * row + left * channels
      let topRight = topLeft + channels
      let bottomLeft = topLeft + row
      let bottomRight = bottomLeft + channels
      if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) {
        const columns = [mirrored(left, width) * channels, mirrored(left + 1, width) * channels] as const
        const rows = [mirrored(top, height) * row, mirrored(top + 1, height) * row] as const
        topLeft = rows[0] + columns[0]
        topRight = rows[0] + columns[1]
        bottomLeft = rows[1] + columns[0]
        bottomRight = rows[1] + columns[1]
      }
      for (let c = 0; c < channels; c++) {
        const upper = between(scratch[topLeft + c] as number, scratch[topRight + c] as number, right)
        const lower = between(scratch[bottomLeft + c] as number, scratch[bottomRight + c] as number, right)
        pixels[to + c] = between(upper, lower, bottom) + 0.5
      }
    }
  }
}

const between = (from: number, to: number, part: number) => from + (to - from) * part

/** The index in [0, length) that shows at any index of an endless row of mirror images: … 1 0 | 0 1 2 … */
function mirrored(index: number, length: number): number {
  if (index >= 0 && index < length) return index
  const period = 2 * length
  const at = index - Math.floor(index / period) * period
  return at < length ? at : period - 1 - at
}
