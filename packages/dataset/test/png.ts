import { bytesOf32, joined, pngChunk, pngSignature, zlibStored } from '../../../test/support/png.ts'

export interface PngSpec {
  readonly width: number
  readonly height: number
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  readonly colourType: 0 | 2 | 3 | 4 | 6
  readonly depth: 1 | 2 | 4 | 8 | 16
  /** Row-major, shape [height, width, channels], each from 0 to 2^depth − 1. */
  readonly values: ArrayLike<number>
  readonly palette?: readonly (readonly [number, number, number])[]
  /** The contents of the tRNS chunk. */
  readonly transparency?: readonly number[]
}

export const channelsOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const

/** Writes a PNG after its specification, unfiltered: independent of the library that reads it. */
export function writePng({
  width,
  height,
  colourType,
  depth,
  values,
  palette,
  transparency,
}: PngSpec): Uint8Array<ArrayBuffer> {
  const channels = channelsOf[colourType]
  const rowBytes = Math.ceil((width * channels * depth) / 8)
  const raw = new Uint8Array(height * (rowBytes + 1))
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < width * channels; i++) {
      const value = values[y * width * channels + i] as number
      const bit = i * depth
      const at = y * (rowBytes + 1) + 1 + (bit >> 3)
      if (depth === 16) raw.set([value >> 8, value], at)
      else raw[at] = (raw[at] as number) | (value << (8 - depth - (bit & 7)))
    }
  }
  return joined(
    pngSignature,
    pngChunk('IHDR', joined(bytesOf32(width, height), Uint8Array.of(depth, colourType, 0, 0, 0))),
    ...(palette ? [pngChunk('PLTE', Uint8Array.from(palette.flat()))] : []),
    ...(transparency ? [pngChunk('tRNS', Uint8Array.from(transparency))] : []),
    pngChunk('IDAT', zlibStored(raw)),
    pngChunk('IEND'),
  )
}

/** A grey PNG of one value. */
export function greyPng(width: number, height: number, value: number): Uint8Array<ArrayBuffer> {
  return writePng({ width, height, colourType: 0, depth: 8, values: Array(width * height).fill(value) })
}
