import {
  type Picture,
  type PictureValues,
  badPicture,
  blank,
  checkPicture,
  checkShape,
  checkSide,
  kindOf,
} from './picture.ts'

export interface CropWindow {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** All of a picture. */
export const wholeOf = ({ width, height }: Pick<Picture, 'width' | 'height'>): CropWindow => ({
  left: 0,
  top: 0,
  width,
  height,
})

/**
 * Copies a window out of a picture.
 * @throws TreadleError `IMAGE_BAD_PICTURE` for no picture, and where the window does not lie inside it
 */
export function crop<Values extends PictureValues>(
  picture: Picture<Values>,
  window: CropWindow,
): Picture<Values> {
  const operation = 'Cropping a picture'
  checkPicture(operation, picture)
  checkShape(operation, 'window', window, { left: 'number', top: 'number' })
  const { left, top, width, height } = window
  checkSide(operation, 'width', width)
  checkSide(operation, 'height', height)
  if (!inside(left, width, picture.width) || !inside(top, height, picture.height)) {
    throw badPicture(
      operation,
      `the window of ${width} × ${height} pixels at (${left}, ${top}) must lie inside ${picture.width} × ${picture.height} pixels`,
    )
  }
  const { channels } = picture
  const data = blank(kindOf(picture.data), width * height * channels) as Values
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * picture.width + left) * channels
    data.set(picture.data.subarray(start, start + width * channels), y * width * channels)
  }
  return { width, height, channels, data }
}

const inside = (start: number, length: number, side: number): boolean =>
  Number.isInteger(start) && start >= 0 && start + length <= side
