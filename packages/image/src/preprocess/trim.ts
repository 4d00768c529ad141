import { type CropWindow, wholeOf } from '../crop.ts'
import type { Picture, PictureValues } from '../picture.ts'

/** The largest difference from the border's colour at which a pixel belongs to the margin: 5 %, as Fashion-MNIST was made. */
const TOLERANCE = 0.05 * 255

/**
 * The part of a picture without the rows and columns at its edges whose pixels all have the border's colour. A picture of
 * one colour is kept.
 * @param border what `borderMean` gives
 */
export function trimmed(picture: Picture<PictureValues>, border: readonly number[]): CropWindow {
  const { data, width, height, channels } = picture
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels
      const isMargin = border.every(
        (value, channel) => Math.abs((data[at + channel] as number) - value) <= TOLERANCE,
      )
      if (isMargin) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = y
    }
  }
  if (right < 0) return wholeOf(picture)
  return { left, top, width: right - left + 1, height: bottom - top + 1 }
}
