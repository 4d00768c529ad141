import { luma, toGrey, toRgb } from '../grey.ts'
import {
  type Kind,
  type Picture,
  type PictureValues,
  blank,
  checkPicture,
  checkShape,
  kindOf,
  roundingOf,
} from '../picture.ts'
import { type Colour, colourOf } from './colour.ts'

/**
 * Makes a picture opaque and gives it one (grey) or three (RGB) channels, with one rounding for bytes. A picture of bytes
 * may become floats, which are not rounded.
 *
 * @param background a colour; `auto`: black or white, whichever is further from the mean brightness of the opaque
 *   part, so that a white shirt that was cut out of its photograph stays visible
 * @returns the picture itself if nothing changes
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function opaque(
  picture: Picture<PictureValues>,
  channels: 1 | 3,
  background: string,
  given?: Kind,
): Picture<PictureValues> {
  const operation = 'Compositing a picture'
  checkPicture(operation, picture)
  checkShape(operation, 'channels', channels, 'number')
  checkShape(operation, 'background', background, 'string')
  const { data, width, height, channels: from } = picture
  const kind = given ?? kindOf(data)
  if (from === channels) return picture
  const hasAlpha = from === 2 || from === 4
  if (!hasAlpha && data instanceof Uint8Array && kind === 'bytes')
    return (channels === 1 ? toGrey : toRgb)(picture as Picture)
  const colours = hasAlpha ? from - 1 : from
  const behind = hasAlpha ? behindOf(picture, background) : ([0, 0, 0] as const)
  const grey = luma(...behind)
  const count = width * height
  const plane = blank(kind, count * channels)
  const rounding = roundingOf(plane)
  for (let pixel = 0; pixel < count; pixel++) {
    const at = pixel * from
    const alpha = hasAlpha ? (data[at + colours] as number) / 255 : 1
    for (let channel = 0; channel < channels; channel++) {
      const value =
        channels === 1 ? brightness(data, at, colours) : (data[at + (colours === 1 ? 0 : channel)] as number)
      const below = channels === 1 ? grey : (behind[channel] as number)
      plane[pixel * channels + channel] = value * alpha + below * (1 - alpha) + rounding
    }
  }
  return { data: plane, width, height, channels }
}

/** The background as a colour: `auto` is decided by the picture. */
export function solid(picture: Picture<PictureValues>, background: string): string {
  const hasAlpha = picture.channels === 2 || picture.channels === 4
  if (background !== 'auto' || !hasAlpha) return background
  return contrasting(opaquePart(picture))
}

/** White behind a picture whose opaque part is dark, else black. */
export const contrasting = ({ weighted, weights }: OpaquePart): string =>
  weights > 0 && weighted <= 127.5 * weights ? '#ffffff' : '#000000'

/** Brightness of a picture with alpha: its sum over the pixels weighted by alpha, and the sum of these weights. */
export interface OpaquePart {
  readonly weighted: number
  readonly weights: number
}

function behindOf(picture: Picture<PictureValues>, background: string): Colour {
  return colourOf(background === 'auto' ? contrasting(opaquePart(picture)) : background)
}

/**
 * Measures a picture with alpha.
 * @param above the sums of the rows above it
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function opaquePart(picture: Picture<PictureValues>, above?: OpaquePart): OpaquePart {
  checkPicture('Measuring a picture', picture)
  const { data, channels } = picture
  const colours = channels - 1
  let { weighted, weights } = above ?? { weighted: 0, weights: 0 }
  for (let at = 0; at < data.length; at += channels) {
    const alpha = data[at + colours] as number
    weighted += alpha * brightness(data, at, colours)
    weights += alpha
  }
  return { weighted, weights }
}

/** Whether a pixel is not opaque. */
export const isTransparent = (
  { weights }: OpaquePart,
  { width, height }: Pick<Picture, 'width' | 'height'>,
): boolean => weights < 255 * width * height

const brightness = (data: PictureValues, at: number, colours: number): number =>
  colours === 1
    ? (data[at] as number)
    : luma(data[at] as number, data[at + 1] as number, data[at + 2] as number)
