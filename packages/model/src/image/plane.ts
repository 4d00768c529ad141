import type { CheckedPixels } from './pixels.ts'

/** An opaque image of one (grey) or three (RGB) channels, interleaved; 0 to 255 with fractions. */
export interface Plane {
  readonly data: Float32Array
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

/** Brightness of a colour as ITU-R BT.601 weighs it, which is what most imaging libraries call grey. */
const luma = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue

/**
 * Makes an image opaque and gives it one or three channels. What is transparent becomes black or white, whichever is
 * further from the mean brightness of what is not: a white shirt cut out of its photograph stays visible.
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

type Border = Omit<Plane, 'data'> & { readonly data: ArrayLike<number> }

/** Mean of each channel over the outermost pixels. */
export function borderMean(plane: Border): number[] {
  return Array.from({ length: plane.channels }, (_, channel) => borderMeanOf(plane, channel))
}

/** The same of one channel. */
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

/** Cuts a window out of an image. */
export function crop(plane: Plane, left: number, top: number, width: number, height: number): Plane {
  const { channels } = plane
  const data = new Float32Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * plane.width + left) * channels
    data.set(plane.data.subarray(start, start + width * channels), y * width * channels)
  }
  return { data, width, height, channels }
}
