import { type Shape, TreadleError, checkArgument, show } from '@treadle/core'
import { pictureValuesOf } from './bytes-of.ts'

/** 1: grey; 2: grey and alpha; 3: red, green, blue; 4: red, green, blue, alpha. */
export type Channels = 1 | 2 | 3 | 4

/** Values from 0 to 255: whole in a `Uint8Array`, with fractions in a `Float32Array`. */
export type PictureValues = Uint8Array | Float32Array

/**
 * A picture in memory. Black is 0, white is 255; alpha 0 is transparent, alpha 255 is opaque, and colours are not
 * multiplied by alpha. Decoders return bytes; `resize` and `crop` take floats too.
 */
export interface Picture<Values extends PictureValues = Uint8Array> {
  /** Pixels in a row, at least 1. */
  readonly width: number
  /** Rows, at least 1. */
  readonly height: number
  readonly channels: Channels
  /** Row-major from the top left, shape [height, width, channels]. */
  readonly data: Values
}

/** Pixels that a picture may have by default: more than cameras give, while a small file can claim 2^62. */
export const MAX_PIXELS = 2 ** 27

/**
 * Bytes that the rows of a PNG may inflate to by default: 4 bytes for each of `MAX_PIXELS` pixels, and the filter byte of
 * each row. So a picture of 8 bits is limited by its pixels alone, one of 16 bits and 4 channels to half as many.
 */
export const MAX_BYTES = 2 ** 29 + 2 ** 27

/** @throws TreadleError `IMAGE_BAD_PICTURE` for an argument of another shape: see `checkArgument` */
export function checkShape(operation: string, name: string, value: unknown, shape: Shape): void {
  checkArgument(operation, name, value, shape, 'IMAGE_BAD_PICTURE')
}

/** @throws TreadleError `IMAGE_BAD_PICTURE` unless it is a picture whose size, channels and data agree */
export function checkPicture(operation: string, picture: Picture<PictureValues>): void {
  checkShape(operation, 'picture', picture, { data: 'numbers' })
  const { width, height, channels, data } = picture
  if (pictureValuesOf(data) === undefined)
    throw badPicture(operation, `\`data\` (=${show(data)}) must be a Uint8Array or a Float32Array`)
  checkSide(operation, 'width', width)
  checkSide(operation, 'height', height)
  if (![1, 2, 3, 4].includes(channels))
    throw badPicture(operation, `\`channels\` (=${show(channels)}) must be 1, 2, 3 or 4`)
  if (data.length !== width * height * channels) {
    throw badPicture(
      operation,
      `\`data\` has ${data.length} values; ${width} × ${height} pixels of ${channels} channels need ${width * height * channels}`,
    )
  }
}

/** @throws TreadleError `IMAGE_BAD_PICTURE` unless it is a picture of bytes */
export function checkBytes(operation: string, picture: Picture): void {
  checkPicture(operation, picture)
  if (isFloats(picture.data))
    throw badPicture(operation, '`data` is a Float32Array, and a Uint8Array is needed')
}

/** @throws TreadleError `IMAGE_BAD_PICTURE` unless `side` is an integer of at least 1 */
export function checkSide(operation: string, name: string, side: number): void {
  if (Number.isSafeInteger(side) && side >= 1) return
  throw badPicture(operation, `\`${name}\` (=${show(side)}) must be an integer of at least 1`)
}

export function badPicture(operation: string, reason: string): TreadleError {
  return new TreadleError('IMAGE_BAD_PICTURE', `${operation}: ${reason}.`)
}

/** What a step gives: bytes, rounded half up, or floats. */
export type Kind = 'bytes' | 'floats'

export const kindOf = (values: PictureValues): Kind => (isFloats(values) ? 'floats' : 'bytes')

export const blank = (kind: Kind, length: number): PictureValues =>
  kind === 'floats' ? new Float32Array(length) : new Uint8Array(length)

/** What to add to a value before it is stored: a `Uint8Array` cuts off fractions, so that one half rounds half up. */
export const roundingOf = (values: PictureValues): number => (isFloats(values) ? 0 : 0.5)

/** Also of another realm. */
const isFloats = (values: PictureValues): boolean => pictureValuesOf(values) instanceof Float32Array
