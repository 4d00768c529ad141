import { checkOptions, show } from '@treadle/core'
import { crop, wholeOf } from './crop.ts'
import { filters } from './filters.ts'
import { type Picture, type PictureValues, badPicture, checkPicture, checkSide, kindOf } from './picture.ts'
import { Resizer, type Resizing } from './resize/resizer.ts'

export interface ResizeOptions {
  /** See `filters`. Default `area`. */
  readonly filter?: keyof typeof filters | undefined
}

/**
 * Resizes a picture, first along rows and then along columns, each side by its own factor. Sums are in float64, in the
 * order of the pixels, and are rounded once. Alpha is resized as a channel of its own: composite with `flatten` first.
 *
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 * @example
 * const small = resize(picture, { width: 28, height: 28 })
 */
export function resize<Values extends PictureValues>(
  picture: Picture<Values>,
  size: { readonly width: number; readonly height: number },
  options: ResizeOptions = {},
): Picture<Values> {
  checkOptions('resize: size', size, { width: 'number', height: 'number' })
  checkOptions('resize', options, { filter: 'string' })
  const { filter = 'area' } = options
  if (!Object.hasOwn(filters, filter))
    throw badPicture(
      'resize',
      `\`filter\` (=${show(filter)}) must be one of ${Object.keys(filters).join(', ')}`,
    )
  const operation = 'Resizing a picture'
  checkPicture(operation, picture)
  checkSide(operation, 'width', size.width)
  checkSide(operation, 'height', size.height)
  const { width, height } = size
  const resizing = { part: wholeOf(picture), width, height, filter, kind: kindOf(picture.data) }
  return resized(picture, resizing) as Picture<Values>
}

/**
 * `resize` of a part of a picture to bytes or floats, whichever the picture has.
 * @returns the picture itself if it is to stay as it is
 */
export function resized(picture: Picture<PictureValues>, resizing: Resizing): Picture<PictureValues> {
  const { part, width, height } = resizing
  const isWhole = part.width === picture.width && part.height === picture.height
  if (part.width === width && part.height === height) return isWhole ? picture : crop(picture, part)
  const resizer = new Resizer(picture.width, picture.channels, resizing)
  resizer.add(picture.data)
  return resizer.finish()
}
