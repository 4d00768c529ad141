import type { Kind, Preprocessing } from '@treadle/core'
import { type Picture, type PictureValues, checkPicture, checkShape } from '../picture.ts'
import { borderMean } from './border.ts'
import { fitted } from './fit.ts'
import { opaque } from './opaque.ts'
import { trim } from './trim.ts'

/**
 * Prepares a picture as a preprocessing contract says, up to its scaling: opaque, grey or RGB, trimmed, fitted to the
 * network's size, inverted. With `trainedOn: 'files'` every step gives bytes, rounded half up; floats are rounded first.
 *
 * @param picture of any size and number of channels; 0 to 255
 * @returns values 0 to 255, shape [height, width, channels] of the contract; perhaps the data of `picture` itself
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function preprocess(picture: Picture<PictureValues>, contract: Preprocessing): Picture<PictureValues> {
  const { sized, inverted } = sizedBy(contract, picture)
  return inverted ? { ...sized, data: sized.data.map((value) => 255 - value) } : sized
}

/**
 * The network's input of a picture: `preprocess`, scaled.
 * @returns shape [height, width, channels] of the contract
 * @throws TreadleError `IMAGE_BAD_PICTURE`
 */
export function networkInput(picture: Picture<PictureValues>, contract: Preprocessing): Float32Array {
  const { sized, inverted } = sizedBy(contract, picture)
  const { scale, offset } = contract
  return Float32Array.from(sized.data, (value) => (inverted ? 255 - value : value) * scale + offset)
}

/** All steps but the inversion, and whether to invert. */
function sizedBy(
  contract: Preprocessing,
  picture: Picture<PictureValues>,
): { sized: Picture<PictureValues>; inverted: boolean } {
  checkPicture('Preparing a picture', picture)
  checkContract(contract)
  const ofFiles = contract.trainedOn === 'files'
  const kind = ofFiles ? 'bytes' : 'floats'
  const plane = opaque(ofFiles ? inBytes(picture) : picture, contract.channels, contract.background, kind)
  const border = borderMean(plane)
  const ready = !ofFiles && plane.width === contract.width && plane.height === contract.height
  const fit = ready ? plane : fitted(contract.trim ? trim(plane, border) : plane, border, contract, kind)
  const { invert } = contract
  return {
    sized: ofFiles ? fit : inFloats(fit),
    inverted: invert === 'auto' ? meanOf(border) > 127.5 : invert,
  }
}

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
