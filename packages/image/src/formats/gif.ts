import { damaged } from '../errors.ts'
import { unpackLzw } from '../gif/lzw.ts'
import { readFirstFrame } from '../gif/read-frame.ts'
import type { Picture } from '../picture.ts'
import type { DecodeLimits } from './format.ts'

/**
 * Decodes the first picture of a GIF (87a or 89a), interlaced or not.
 *
 * RGB, 3 channels; 4 where a colour is transparent or the picture does not cover the screen.
 *
 * @throws DamagedImage, TooManyPixels
 */
export function decodeGif(bytes: Uint8Array, { maxPixels }: DecodeLimits): Picture {
  const { width, height, area, interlaced, palette, transparent, codeBits, packed } = readFirstFrame(
    bytes,
    maxPixels,
  )
  const indices = unpackLzw(packed, codeBits, area.width * area.height)
  const whole = area.width === width && area.height === height
  const channels = whole && !indices.includes(transparent) ? 3 : 4
  const data = new Uint8Array(width * height * channels)
  const rows = interlaced ? interlacedRows(area.height) : undefined
  for (let stored = 0; stored < area.height; stored++) {
    const y = area.top + (rows?.[stored] ?? stored)
    for (let x = 0; x < area.width; x++) {
      const index = indices[stored * area.width + x] as number
      if (index === transparent) continue
      if (index * 3 >= palette.length)
        throw damaged(`a pixel has colour ${index} of a palette of ${palette.length / 3}`)
      const at = (y * width + area.left + x) * channels
      data.set(palette.subarray(index * 3, index * 3 + 3), at)
      if (channels === 4) data[at + 3] = 255
    }
  }
  return { width, height, channels, data }
}

/** The row of the picture for each stored row: every eighth from 0, every eighth from 4, every fourth from 2, the odd ones. */
function interlacedRows(height: number): number[] {
  const rows: number[] = []
  for (const [start, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const)
    for (let y = start; y < height; y += step) rows.push(y)
  return rows
}
