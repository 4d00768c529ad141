import { type Channels, encodePng } from '@treadle/image'

/** A PNG of these values. */
export function png(
  width: number,
  height: number,
  channels: Channels,
  values: readonly number[],
): Uint8Array<ArrayBuffer> {
  return encodePng({ width, height, channels, data: Uint8Array.from(values) })
}

/** A grey PNG of one value. */
export function greyPng(width: number, height: number, value: number): Uint8Array<ArrayBuffer> {
  return png(width, height, 1, Array(width * height).fill(value))
}
