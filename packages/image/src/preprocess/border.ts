import { type Picture, type PictureValues, checkPicture } from '../picture.ts'

/**
 * Mean of each channel over the outermost pixels.
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function borderMean(picture: Picture<PictureValues>): number[] {
  checkPicture('Measuring a border', picture)
  return Array.from({ length: picture.channels }, (_, channel) => borderMeanOf(picture, channel))
}

/** Mean of one channel over the outermost pixels. */
function borderMeanOf({ data, width, height, channels }: Picture<PictureValues>, channel: number): number {
  const row = width * channels
  const bottom = (height - 1) * row
  let sum = 0
  for (let at = channel; at < row; at += channels) sum += data[at] as number
  if (height > 1) for (let at = bottom + channel; at < bottom + row; at += channels) sum += data[at] as number
  for (let at = row + channel; at < bottom; at += row) sum += data[at] as number
  if (width > 1) for (let at = 2 * row - channels + channel; at < bottom; at += row) sum += data[at] as number
  return sum / (width * height - Math.max(0, width - 2) * Math.max(0, height - 2))
}
