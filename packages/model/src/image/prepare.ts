import { crop, resize } from '@treadle/image'
import { joined } from '../joined.ts'
import type { Preprocessing } from '../preprocessing.ts'
import type { CheckedPixels } from './pixels.ts'
import { borderMean, borderMeanOf, toPlane } from './plane.ts'
import type { Plane } from './plane.ts'

/**
 * Prepares an image for the network: opaque, grey or RGB, trimmed, fitted to the network's size, inverted where it is
 * dark on light, scaled. `Preprocessing` describes each step.
 * @returns shape [height, width, channels]
 */
export function prepareImage(pixels: CheckedPixels, preprocessing: Preprocessing): Float32Array {
  const { height, width, channels, scale, offset, invert } = preprocessing
  const plane = toPlane(pixels, channels)
  const background = borderMean(plane)
  const inverted = invert === 'auto' ? mean(background) > 127.5 : invert
  const fits = plane.width === width && plane.height === height
  const { data } = fits ? plane : fitted(plane, background, preprocessing)
  return data.map((value) => (inverted ? 255 - value : value) * scale + offset)
}

/**
 * Prepares grey bytes of the network's size, scaled by 1/255: only inversion is left to do, and the result is bytes
 * that the network scales to the values of `prepareImage`. This takes a fraction of the time.
 * @returns shape [height, width], possibly `pixels.data` itself; undefined where more is to be done
 */
export function prepareBytes(
  { data, width, height, channels }: CheckedPixels,
  preprocessing: Preprocessing,
): Uint8Array | undefined {
  const { scale, offset, invert } = preprocessing
  const fits = width === preprocessing.width && height === preprocessing.height
  const grey = channels === 1 && preprocessing.channels === 1
  if (!fits || !grey || scale !== 1 / 255 || offset !== 0 || data instanceof Float32Array) return undefined
  const inverted = invert === 'auto' ? borderMeanOf({ data, width, height, channels: 1 }, 0) > 127.5 : invert
  return inverted ? data.map((value) => 255 - value) : data
}

/** The network's inputs for a list of images; as bytes where all images allow it. */
export function networkInputs(
  images: readonly CheckedPixels[],
  preprocessing: Preprocessing,
): Uint8Array | Float32Array {
  const [only] = images
  if (only && images.length === 1)
    return prepareBytes(only, preprocessing) ?? prepareImage(only, preprocessing)
  const bytes = images.map((pixels) => prepareBytes(pixels, preprocessing))
  if (bytes.every((one) => one !== undefined)) return joined(bytes, Uint8Array)
  const floats = images.map((pixels) => prepareImage(pixels, preprocessing))
  return joined(floats, Float32Array)
}

function fitted(
  plane: Plane,
  background: readonly number[],
  { height, width, trim, fit, margin }: Preprocessing,
): Plane {
  const content = trim ? trimmed(plane, background) : plane
  const [innerWidth, innerHeight] = [width - 2 * margin, height - 2 * margin]
  const ratio = Math.min(innerWidth / content.width, innerHeight / content.height)
  const scaled =
    fit === 'stretch'
      ? resize(content, { width: innerWidth, height: innerHeight })
      : resize(content, {
          width: atLeastOne(content.width * ratio),
          height: atLeastOne(content.height * ratio),
        })
  return centred(scaled, background, width, height)
}

/** The largest difference from the border's colour at which a pixel belongs to the margin: 5 %, as Fashion-MNIST was made. */
const TOLERANCE = 0.05 * 255

/** Removes rows and columns at the edges whose pixels all have the border's colour. An image of one colour is kept. */
function trimmed(plane: Plane, background: readonly number[]): Plane {
  const { data, width, height, channels } = plane
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels
      const isMargin = background.every(
        (value, channel) => Math.abs((data[at + channel] as number) - value) <= TOLERANCE,
      )
      if (isMargin) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = y
    }
  }
  if (right < 0) return plane
  return crop(plane, { left, top, width: right - left + 1, height: bottom - top + 1 })
}

/** Centres an image in one of the given size; an odd difference leaves it half a pixel to the top left. */
function centred(plane: Plane, background: readonly number[], width: number, height: number): Plane {
  const { channels } = plane
  const data = new Float32Array(width * height * channels)
  for (let index = 0; index < data.length; index++) data[index] = background[index % channels] as number
  const left = Math.floor((width - plane.width) / 2)
  const top = Math.floor((height - plane.height) / 2)
  for (let y = 0; y < plane.height; y++) {
    const row = plane.data.subarray(y * plane.width * channels, (y + 1) * plane.width * channels)
    data.set(row, ((top + y) * width + left) * channels)
  }
  return { data, width, height, channels }
}

const atLeastOne = (size: number): number => Math.max(1, Math.round(size))

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
