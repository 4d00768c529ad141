import { checkOptions, show } from '@treadle/core'
import { type Tap, filters } from './filters.ts'
import {
  type Kind,
  type Picture,
  type PictureValues,
  badPicture,
  blank,
  checkPicture,
  checkSide,
  kindOf,
  roundingOf,
} from './picture.ts'
import { rgbSums } from './resize/rgb-sums.ts'

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
  return resized(picture, size, filter, kindOf(picture.data)) as Picture<Values>
}

/**
 * `resize` to bytes or floats, whichever the picture has.
 * @returns the picture itself if it has the size
 */
export function resized(
  picture: Picture<PictureValues>,
  { width, height }: { readonly width: number; readonly height: number },
  filter: keyof typeof filters,
  kind: Kind,
): Picture<PictureValues> {
  if (picture.width === width && picture.height === height) return picture
  const { channels } = picture
  const narrow = alongRows(picture, filters[filter](picture.width, width))
  const data = blank(kind, height * width * channels)
  alongColumns(narrow, width * channels, filters[filter](picture.height, height), data)
  return { width, height, channels, data }
}

/** Below, the kernel takes longer to call than it saves. */
const WORTH_KERNEL = 2 ** 12

/** @returns shape [height, number of taps, channels] */
function alongRows(picture: Picture<PictureValues>, taps: readonly Tap[]): Float64Array {
  const { width, height, channels, data } = picture
  if (channels === 3 && data instanceof Uint8Array && width * height > WORTH_KERNEL) {
    const sums = rgbSums({ ...picture, data }, taps)
    if (sums) return sums
  }
  const narrow = new Float64Array(height * taps.length * channels)
  let at = 0
  for (let start = 0; start < data.length; start += width * channels)
    for (const { first, weights } of taps) {
      const count = weights.length
      for (let channel = 0; channel < channels; channel++) {
        let from = start + first * channels + channel
        let sum = 0
        for (let i = 0; i < count; i++, from += channels)
          sum += (weights[i] as number) * (data[from] as number)
        narrow[at++] = sum
      }
    }
  return narrow
}

/** @param stride values in a row */
function alongColumns(
  values: Float64Array,
  stride: number,
  taps: readonly Tap[],
  result: PictureValues,
): void {
  const rounding = roundingOf(result)
  const sums = new Float64Array(stride)
  taps.forEach(({ first, weights }, y) => {
    sums.fill(0)
    weights.forEach((weight, i) => {
      const from = (first + i) * stride
      for (let x = 0; x < stride; x++) sums[x]! += weight * (values[from + x] as number)
    })
    for (let x = 0; x < stride; x++) result[y * stride + x] = (sums[x] as number) + rounding
  })
}
