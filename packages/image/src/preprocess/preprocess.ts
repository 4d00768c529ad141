import type { Kind, Preprocessing } from '@treadle/core'
import { type Picture, type PictureValues, checkPicture, checkShape } from '../picture.ts'
import { wholeOf } from '../crop.ts'
import { resized } from '../resize.ts'
import { borderMean } from './border.ts'
import { framed, resizingOf } from './fit.ts'
import { type Fitted, FittedRows, canFitRows, isReady, kindOfContract } from './fitted-rows.ts'
import { opaque, solid } from './opaque.ts'
import { trimmed } from './trim.ts'

/**
 * Prepares a picture as a preprocessing contract says, up to its scaling: opaque, grey or RGB, trimmed, fitted to the
 * network's size, inverted. With `trainedOn: 'files'` every step gives bytes, rounded half up; floats are rounded first.
 *
 * @param picture of any size and number of channels; 0 to 255
 * @returns values 0 to 255, shape [height, width, channels] of the contract; perhaps the data of `picture` itself
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function preprocess(picture: Picture<PictureValues>, contract: Preprocessing): Picture<PictureValues> {
  return inverted(fitted(picture, contract), contract)
}

/**
 * The network's input of a picture: `preprocess`, scaled.
 * @returns shape [height, width, channels] of the contract
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function networkInput(picture: Picture<PictureValues>, contract: Preprocessing): Float32Array {
  return scaled(fitted(picture, contract), contract)
}

/** The last step of `preprocess`. */
export function inverted({ picture, border }: Fitted, contract: Preprocessing): Picture<PictureValues> {
  if (!isInverted(border, contract)) return picture
  return { ...picture, data: picture.data.map((value) => 255 - value) }
}

/** The last steps of `networkInput`. */
export function scaled({ picture, border }: Fitted, contract: Preprocessing): Float32Array {
  const { scale, offset } = contract
  const inverts = isInverted(border, contract)
  return Float32Array.from(picture.data, (value) => (inverts ? 255 - value : value) * scale + offset)
}

const isInverted = (border: readonly number[], { invert }: Preprocessing): boolean =>
  invert === 'auto' ? meanOf(border) > 127.5 : invert

/** Values of a strip of a picture. */
const STRIP = 2 ** 18

/** All steps but the inversion and the scaling. */
export function fitted(picture: Picture<PictureValues>, contract: Preprocessing): Fitted {
  checkPicture('Preparing a picture', picture)
  checkContract(contract)
  const ofFiles = contract.trainedOn === 'files'
  const source = ofFiles ? inBytes(picture) : picture
  const { width, height, channels, data } = source
  if (!canFitRows(contract, width, height)) return fittedAtOnce(source, contract)
  const rows = new FittedRows(contract, width, height, solid(source, contract.background))
  const stride = width * channels
  const strip = stride * Math.ceil(STRIP / stride)
  for (let at = 0; at < data.length; at += strip) rows.add(data.subarray(at, at + strip), channels)
  return withKind(rows.finish(), contract)
}

function fittedAtOnce(source: Picture<PictureValues>, contract: Preprocessing): Fitted {
  const kind = kindOfContract(contract)
  const plane = opaque(source, contract.channels, contract.background, kind)
  const border = borderMean(plane)
  if (isReady(contract, plane.width, plane.height)) return withKind({ picture: plane, border }, contract)
  const part = contract.trim ? trimmed(plane, border) : wholeOf(plane)
  const inner = resized(plane, resizingOf(part, contract, kind))
  return withKind({ picture: framed(inner, border, contract, kind), border }, contract)
}

/** Bytes that were not resized become floats where the contract has them. */
const withKind = (sized: Fitted, { trainedOn }: Preprocessing): Fitted =>
  trainedOn === 'files' ? sized : { ...sized, picture: inFloats(sized.picture) }

/** Bytes stay as they are; floats are rounded half up. */
function inBytes(picture: Picture<PictureValues>): Picture<PictureValues> {
  const { data } = picture
  if (data instanceof Uint8Array) return picture
  return { ...picture, data: Uint8Array.from(data, (value) => Math.min(255, Math.max(0, value + 0.5))) }
}

const inFloats = (picture: Picture<PictureValues>): Picture<PictureValues> =>
  picture.data instanceof Float32Array ? picture : { ...picture, data: Float32Array.from(picture.data) }

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** @throws TreadleError `IMAGE_BAD_PICTURE` unless it is a preprocessing contract; its values are those of a schema */
export function checkContract(contract: Preprocessing): void {
  checkShape('Preparing a picture', 'contract', contract, fields)
}

const fields = {
  height: 'number',
  width: 'number',
  channels: 'number',
  scale: 'number',
  offset: 'number',
  invert: 'any',
  trim: 'boolean',
  fit: 'string',
  filter: 'string',
  margin: 'number',
  background: 'string',
  trainedOn: 'string',
} as const satisfies Record<keyof Preprocessing, Kind>
