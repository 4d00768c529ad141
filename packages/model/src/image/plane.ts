import { type Picture, luma } from '@treadle/image'
import type { CheckedPixels } from './pixels.ts'

/** An opaque image of one (grey) or three (RGB) channels; 0 to 255 with fractions. */
export type Plane = Picture<Float32Array>

/**
 * Makes an image opaque and gives it one or three channels. The background is black or white, whichever is further
 * from the mean brightness of the opaque part: a white shirt that was cut out of its photograph stays visible.
 */
export function toPlane({ data, width, height, channels: given }: CheckedPixels, channels: 1 | 3): Plane {
  const hasAlpha = given === 2 || given === 4
  const colours = hasAlpha ? given - 1 : given
  const brightness = (at: number): number =>
    colours === 1
      ? (data[at] as number)
      : luma(data[at] as number, data[at + 1] as number, data[at + 2] as number)
  const count = width * height
  let background = 0
  if (hasAlpha) {
    let weighted = 0
    let weights = 0
    for (let pixel = 0; pixel < count; pixel++) {
      const alpha = data[pixel * given + colours] as number
      weighted += alpha * brightness(pixel * given)
      weights += alpha
    }
    background = weights > 0 && weighted <= 127.5 * weights ? 255 : 0
  }
  const plane = new Float32Array(count * channels)
  for (let pixel = 0; pixel < count; pixel++) {
    const at = pixel * given
    const alpha = hasAlpha ? (data[at + colours] as number) / 255 : 1
    for (let channel = 0; channel < channels; channel++) {
      const value = channels === 1 ? brightness(at) : (data[at + (colours === 1 ? 0 : channel)] as number)
      plane[pixel * channels + channel] = value * alpha + background * (1 - alpha)
    }
  }
  return { data: plane, width, height, channels }
}

type Border = CheckedPixels

/** Mean of each channel over the outermost pixels. */
export function borderMean(plane: Border): number[] {
  return Array.from({ length: plane.channels }, (_, channel) => borderMeanOf(plane, channel))
}

/** Mean of one channel over the outermost pixels. */
export function borderMeanOf({ data, width, height, channels }: Border, channel: number): number {
  const row = width * channels
  const bottom = (height - 1) * row
  let sum = 0
  for (let at = channel; at < row; at += channels) sum += data[at] as number
  if (height > 1) for (let at = bottom + channel; at < bottom + row; at += channels) sum += data[at] as number
  for (let at = row + channel; at < bottom; at += row) sum += data[at] as number
  if (width > 1) for (let at = 2 * row - channels + channel; at < bottom; at += row) sum += data[at] as number
  return sum / (width * height - Math.max(0, width - 2) * Math.max(0, height - 2))
}
