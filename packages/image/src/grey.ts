import { type Channels, type Picture, type PictureValues, checkBytes, checkPicture } from './picture.ts'

/**
 * The grey of a colour: luma of ITU-R BT.601, 0.299 red + 0.587 green + 0.114 blue, which most imaging libraries
 * (Pillow, OpenCV) use. The numerator is exact for bytes.
 */
export const luma = (red: number, green: number, blue: number): number =>
  (299 * red + 587 * green + 114 * blue) / 1000

/**
 * Converts RGB to grey (`luma`, rounded half up) and keeps alpha. A grey picture is returned as it is.
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function toGrey(picture: Picture): Picture {
  checkBytes('Converting a picture to grey', picture)
  const { width, height, channels, data } = picture
  if (channels <= 2) return picture
  const to = channels - 2
  const grey = new Uint8Array(width * height * to)
  for (let from = 0, at = 0; from < data.length; from += channels, at += to) {
    // The array cuts off the fraction.
    grey[at] = luma(data[from] as number, data[from + 1] as number, data[from + 2] as number) + 0.5
    if (channels === 4) grey[at + 1] = data[from + 3] as number
  }
  return { width, height, channels: to as Channels, data: grey }
}

/**
 * Repeats grey as red, green and blue and keeps alpha. A colour picture is returned as it is.
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function toRgb(picture: Picture): Picture {
  checkBytes('Converting a picture to RGB', picture)
  const { width, height, channels, data } = picture
  if (channels >= 3) return picture
  const to = channels + 2
  const rgb = new Uint8Array(width * height * to)
  for (let from = 0, at = 0; from < data.length; from += channels, at += to) {
    rgb.fill(data[from] as number, at, at + 3)
    if (channels === 2) rgb[at + 3] = data[from + 1] as number
  }
  return { width, height, channels: to as Channels, data: rgb }
}

/**
 * Whether red, green and blue are equal in every pixel, transparent ones included.
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function isGrey(picture: Picture<PictureValues>): boolean {
  checkPicture('Comparing the colours of a picture', picture)
  const { channels, data } = picture
  if (channels <= 2) return true
  for (let at = 0; at < data.length; at += channels) {
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return false
  }
  return true
}
