import { show } from '@treadle/core'
import { crop } from './crop.ts'
import { type Picture, badPicture, checkBytes } from './picture.ts'

/** Values of the EXIF tag Orientation: how the stored rows and columns relate to the upright picture. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/**
 * The upright picture of one that is stored in an EXIF orientation: 1 upright; 2 mirrored left to right; 3 rotated by
 * 180°; 4 mirrored top to bottom; 5 mirrored along the main diagonal; 6 needs 90° clockwise; 7 mirrored along the
 * other diagonal; 8 needs 90° counterclockwise. Orientations 5 to 8 exchange width and height.
 *
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function orient(picture: Picture, orientation: Orientation): Picture {
  const operation = 'Orienting a picture'
  checkBytes(operation, picture)
  if (!Number.isInteger(orientation) || orientation < 1 || orientation > 8)
    throw badPicture(operation, `\`orientation\` (=${show(orientation)}) must be an integer from 1 to 8`)
  if (orientation === 1) return picture
  const { width, height, channels, data } = picture
  const exchanged = orientation >= 5
  const [outWidth, outHeight] = exchanged ? [height, width] : [width, height]
  // Along the upright picture's rows and columns, the stored coordinate that changes runs forward or backward.
  const fromRight = [2, 3, 7, 8].includes(orientation)
  const fromBottom = [3, 4, 6, 7].includes(orientation)
  const upright = new Uint8Array(data.length)
  let at = 0
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const [column, row] = exchanged ? [y, x] : [x, y]
      const sourceX = fromRight ? width - 1 - column : column
      const sourceY = fromBottom ? height - 1 - row : row
      const from = (sourceY * width + sourceX) * channels
      for (let channel = 0; channel < channels; channel++) upright[at++] = data[from + channel] as number
    }
  }
  return { width: outWidth, height: outHeight, channels, data: upright }
}

/** Pixels that `uprightRows` turns at once. */
const STRIP = 2 ** 16

/** The rows of the upright picture in order, a strip at a time, without all of it in memory. */
export function uprightRows(
  picture: Picture,
  orientation: Orientation,
  take: (rows: Uint8Array) => void,
): void {
  const { width, height } = picture
  const exchanged = orientation >= 5
  const [outWidth, outHeight] = exchanged ? [height, width] : [width, height]
  const most = Math.ceil(STRIP / outWidth)
  for (let y = 0; y < outHeight; y += most) {
    const count = Math.min(most, outHeight - y)
    const fromEnd = [3, 4, 7, 8].includes(orientation)
    const start = fromEnd ? outHeight - y - count : y
    const stored = exchanged
      ? { left: start, top: 0, width: count, height }
      : { left: 0, top: start, width, height: count }
    take(orient(crop(picture, stored), orientation).data)
  }
}
