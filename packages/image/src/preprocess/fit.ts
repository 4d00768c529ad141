import type { Preprocessing } from '@treadle/core'
import type { CropWindow } from '../crop.ts'
import { type Kind, type Picture, type PictureValues, blank, roundingOf } from '../picture.ts'
import { resized } from '../resize.ts'
import { colourOf } from './colour.ts'
import { luma } from '../grey.ts'

type FitOptions = Pick<Preprocessing, 'height' | 'width' | 'fit' | 'filter' | 'margin' | 'background'>

/**
 * Gives a picture the size of `options`; `Preprocessing` describes the ways. The result has the values of `kind`, or is the
 * picture itself.
 * @param border what `borderMean` gives for the picture before it was trimmed
 */
export function fitted(
  picture: Picture<PictureValues>,
  border: readonly number[],
  { height, width, fit, filter, margin, background }: FitOptions,
  kind: Kind,
): Picture<PictureValues> {
  const [innerWidth, innerHeight] = [width - 2 * margin, height - 2 * margin]
  if (fit === 'crop' || fit === 'stretch') {
    const part = fit === 'crop' ? centre(picture, innerWidth, innerHeight) : undefined
    const inner = resized(picture, { width: innerWidth, height: innerHeight }, filter, kind, part)
    return margin === 0 ? inner : padded(inner, border, width, height, kind)
  }
  const ratio = Math.min(innerWidth / picture.width, innerHeight / picture.height)
  const size = { width: atLeastOne(picture.width * ratio), height: atLeastOne(picture.height * ratio) }
  const around = fit === 'pad' ? flat(background, picture.channels, border) : border
  return padded(resized(picture, size, filter, kind), around, width, height, kind)
}

/** The largest window in the centre with the proportions of width to height; an odd rest leaves it half a pixel to the top left. */
function centre(picture: Picture<PictureValues>, width: number, height: number): CropWindow {
  const ratio = Math.min(picture.width / width, picture.height / height)
  const size = { width: atLeastOne(width * ratio), height: atLeastOne(height * ratio) }
  const left = Math.floor((picture.width - size.width) / 2)
  const top = Math.floor((picture.height - size.height) / 2)
  return { left, top, ...size }
}

/** The values of a background colour in the channels of a picture. */
function flat(background: string, channels: number, border: readonly number[]): readonly number[] {
  if (background === 'auto') return border
  const colour = colourOf(background)
  return channels === 1 ? [luma(...colour)] : colour
}

/** Centres a picture in one of the given size; an odd difference leaves it half a pixel to the top left. */
function padded(
  picture: Picture<PictureValues>,
  around: readonly number[],
  width: number,
  height: number,
  kind: Kind,
): Picture<PictureValues> {
  if (picture.width === width && picture.height === height) return picture
  const { channels } = picture
  const data = blank(kind, width * height * channels)
  const rounding = roundingOf(data)
  for (let index = 0; index < data.length; index++)
    data[index] = (around[index % channels] as number) + rounding
  const left = Math.floor((width - picture.width) / 2)
  const top = Math.floor((height - picture.height) / 2)
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * picture.width * channels, (y + 1) * picture.width * channels)
    data.set(row, ((top + y) * width + left) * channels)
  }
  return { data, width, height, channels }
}

const atLeastOne = (size: number): number => Math.max(1, Math.round(size))
