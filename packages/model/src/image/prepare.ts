import type { Preprocessing } from '@treadle/core'
import { borderMean, networkInput, preprocess } from '@treadle/image'
import { joined } from '../joined.ts'
import type { CheckedPixels } from './pixels.ts'

/** Input values of a network; bytes stand for fround(v / 255). */
export type Inputs = Float32Array | Uint8Array

/**
 * Prepares an image as bytes that the network scales by 1/255 to the values of `networkInput`: images of a network that
 * was trained on files, and grey bytes of the network's size, which need an inversion at most. This takes a fraction of
 * the time.
 * @returns shape [height, width, channels], possibly `pixels.data` itself; undefined where bytes do not do
 */
export function prepareBytes(pixels: CheckedPixels, preprocessing: Preprocessing): Uint8Array | undefined {
  const { scale, offset, invert, trainedOn } = preprocessing
  if (scale !== 1 / 255 || offset !== 0) return undefined
  if (trainedOn === 'files') return preprocess(pixels, preprocessing).data as Uint8Array
  const { data, width, height, channels } = pixels
  const fits = width === preprocessing.width && height === preprocessing.height
  const grey = channels === 1 && preprocessing.channels === 1
  if (!fits || !grey || data instanceof Float32Array) return undefined
  const inverted = invert === 'auto' ? (borderMean(pixels)[0] as number) > 127.5 : invert
  return inverted ? data.map((value) => 255 - value) : data
}

/** An image as the network's input: `prepareBytes` where bytes do, else `networkInput`. */
export function prepared(pixels: CheckedPixels, preprocessing: Preprocessing): Inputs {
  return prepareBytes(pixels, preprocessing) ?? networkInput(pixels, preprocessing)
}

/** The inputs of several images as one array; as bytes where all of them are. */
export function together(inputs: readonly Inputs[]): Inputs {
  const [only] = inputs
  if (only && inputs.length === 1) return only
  if (inputs.every((input) => input instanceof Uint8Array)) return joined(inputs, Uint8Array)
  return joined(inputs.map(asFloats), Float32Array)
}

/** The floats that bytes stand for. */
export const asFloats = (input: Inputs): Float32Array =>
  input instanceof Float32Array ? input : Float32Array.from(input, (value) => value / 255)
