import type { Preprocessing } from '@treadle/core'
import { borderMean, networkInput, preprocess } from '@treadle/image'
import { joined } from '../joined.ts'
import type { CheckedPixels } from './pixels.ts'

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

/** The network's inputs for a list of images; as bytes where all images allow it. */
export function networkInputs(
  images: readonly CheckedPixels[],
  preprocessing: Preprocessing,
): Uint8Array | Float32Array {
  const [only] = images
  if (only && images.length === 1)
    return prepareBytes(only, preprocessing) ?? networkInput(only, preprocessing)
  const bytes = images.map((pixels) => prepareBytes(pixels, preprocessing))
  if (bytes.every((one) => one !== undefined)) return joined(bytes, Uint8Array)
  const floats = images.map((pixels) => networkInput(pixels, preprocessing))
  return joined(floats, Float32Array)
}
