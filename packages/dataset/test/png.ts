import { crc32, deflateSync } from 'node:zlib'

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
}: PngSpec): Uint8Array {
  const channels = channelsOf[colourType]
  const rowBytes = Math.ceil((width * channels * depth) / 8)
  const raw = Buffer.alloc(height * (rowBytes + 1))
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < width * channels; i++) {
      const value = values[y * width * channels + i] as number
      const bit = i * depth
      const at = y * (rowBytes + 1) + 1 + (bit >> 3)
      if (depth === 16) raw.writeUInt16BE(value, at)
      else raw[at] = (raw[at] as number) | (value << (8 - depth - (bit & 7)))
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([depth, colourType, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Buffer.from(palette.flat()))] : []),
    ...(transparency ? [chunk('tRNS', Buffer.from(transparency))] : []),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

export function chunk(type: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** A grey PNG of one value. */
export function greyPng(width: number, height: number, value: number): Uint8Array {
  return writePng({ width, height, colourType: 0, depth: 8, values: Array(width * height).fill(value) })
}
