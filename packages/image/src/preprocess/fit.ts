import type { Preprocessing } from '@treadle/core'
import type { CropWindow } from '../crop.ts'
import { type Kind, type Picture, type PictureValues, blank, roundingOf } from '../picture.ts'
import type { Resizing } from '../resize/resizer.ts'
import { colourOf } from './colour.ts'
import { luma } from '../grey.ts'

type FitOptions = Pick<Preprocessing, 'height' | 'width' | 'fit' | 'filter' | 'margin' | 'background'>

/**
 * How a picture is resized to the size of `options`; `Preprocessing` describes the ways.
 * @param part of the picture that is not trimmed
 * @param kind of the result
 */
export function resizingOf(
  part: CropWindow,
  { height, width, fit, filter, margin }: FitOptions,
  kind: Kind,
): Resizing {
  const inner = { width: width - 2 * margin, height: height - 2 * margin, filter, kind }
  if (fit === 'stretch') return { ...inner, part }
  if (fit === 'crop') return { ...inner, part: centre(part, inner) }
  const ratio = Math.min(inner.width / part.width, inner.height / part.height)
  return { ...inner, part, width: atLeastOne(part.width * ratio), height: atLeastOne(part.height * ratio) }
}

/**
 * Centres a resized picture in the size of `options`. The result has the values of `kind`, or is the picture itself.
 * @param border what `borderMean` gives for the picture before it was trimmed
 */
export function framed(
  picture: Picture<PictureValues>,
  border: readonly number[],
  { height, width, fit, background }: FitOptions,
  kind: Kind,
): Picture<PictureValues> {
  const around = fit === 'pad' ? flat(background, picture.channels, border) : border
  return padded(picture, around, width, height, kind)
}

/** The largest window in the centre with the proportions of width to height; an odd rest leaves it half a pixel to the top left. */
function centre(
  part: CropWindow,
  { width, height }: { readonly width: number; readonly height: number },
): CropWindow {
  const ratio = Math.min(part.width / width, part.height / height)
  const size = { width: atLeastOne(width * ratio), height: atLeastOne(height * ratio) }
  const left = part.left + Math.floor((part.width - size.width) / 2)
  const top = part.top + Math.floor((part.height - size.height) / 2)
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
