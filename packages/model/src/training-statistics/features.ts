import type { Picture, PictureValues } from '@treadle/image'
import { BINS, CELLS, GREY_FEATURES, GRID, featureCount } from './feature-count.ts'

/**
 * A few numbers that describe a picture of any size: for each of 4 × 4 cells the mean brightness and the mean
 * difference between neighbouring pixels, the square roots of an 8-bin histogram of brightness, and for RGB the means
 * and mean magnitudes of red − green and blue − green. Brightness is in [0, 1].
 * @param picture values from 0 to 255, 1 or 3 channels
 * @returns shape [featureCount(channels)]
 */
export function pictureFeatures({ width, height, channels, data }: Picture<PictureValues>): Float64Array {
  const features = new Float64Array(featureCount(channels))
  const pixelsOf = new Float64Array(CELLS)
  const brightness = new Float64Array(width * height)
  const bins = 2 * CELLS
  for (let y = 0, pixel = 0; y < height; y++)
    for (let x = 0; x < width; x++, pixel++) {
      const at = pixel * channels
      let value = data[at]! / 255
      if (channels === 3) {
        const [green, blue] = [data[at + 1]! / 255, data[at + 2]! / 255]
        const [redness, blueness] = [value - green, blue - green]
        features[GREY_FEATURES]! += redness
        features[GREY_FEATURES + 1]! += Math.abs(redness)
        features[GREY_FEATURES + 2]! += blueness
        features[GREY_FEATURES + 3]! += Math.abs(blueness)
        value = 0.299 * value + 0.587 * green + 0.114 * blue
      }
      brightness[pixel] = value
      const cell = Math.floor((y * GRID) / height) * GRID + Math.floor((x * GRID) / width)
      pixelsOf[cell]! += 1
      features[cell]! += value
      const left = x === 0 ? 0 : Math.abs(value - brightness[pixel - 1]!)
      const above = y === 0 ? 0 : Math.abs(value - brightness[pixel - width]!)
      features[CELLS + cell]! += left + above
      const bin = Math.floor(value * BINS)
      features[bins + Math.min(BINS - 1, Math.max(0, bin))]! += 1
    }
  // A picture of fewer rows or columns than cells leaves some empty.
  for (let cell = 0; cell < CELLS; cell++) {
    const pixels = Math.max(1, pixelsOf[cell]!)
    features[cell]! /= pixels
    features[CELLS + cell]! /= pixels
  }
  const pixels = width * height
  for (let at = bins; at < GREY_FEATURES; at++) features[at] = Math.sqrt(features[at]! / pixels)
  for (let at = GREY_FEATURES; at < features.length; at++) features[at]! /= pixels
  return features
}
