import { checkOptions, show } from '@treadle/core'
import { type CropWindow, crop } from './crop.ts'
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
import { rgbResized } from './resize/rgb-resized.ts'

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
 * `resize` of a part of a picture to bytes or floats, whichever the picture has.
 * @param part lies inside the picture; default: all of it
 * @returns the picture itself if it is to stay as it is
 */
export function resized(
  picture: Picture<PictureValues>,
  { width, height }: { readonly width: number; readonly height: number },
  filter: keyof typeof filters,
  kind: Kind,
  part: CropWindow = { left: 0, top: 0, width: picture.width, height: picture.height },
): Picture<PictureValues> {
  const isWhole = part.width === picture.width && part.height === picture.height
  if (part.width === width && part.height === height) return isWhole ? picture : crop(picture, part)
  const { channels } = picture
  const [across, down] = [filters[filter](part.width, width), filters[filter](part.height, height)]
  const data = blank(kind, height * width * channels)
  const sums = channels === 3 ? byKernel(picture, part, across, down) : undefined
  if (sums) {
    const rounding = roundingOf(data)
    for (let i = 0; i < sums.length; i++) data[i] = (sums[i] as number) + rounding
  } else {
    const narrow = alongRows(isWhole ? picture : crop(picture, part), across)
    alongColumns(narrow, width * channels, down, data)
  }
  return { width, height, channels, data }
}

/** Below, the kernel takes longer to call than it saves. */
const WORTH_KERNEL = 2 ** 12

function byKernel(
  { data, ...picture }: Picture<PictureValues>,
  part: CropWindow,
  across: readonly Tap[],
  down: readonly Tap[],
): Float64Array | undefined {
  if (!(data instanceof Uint8Array) || part.width * part.height <= WORTH_KERNEL) return undefined
  return rgbResized({ ...picture, data }, part, across, down)
}

/** @returns shape [height, number of taps, channels] */
function alongRows(picture: Picture<PictureValues>, taps: readonly Tap[]): Float64Array {
  const { width, height, channels, data } = picture
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
