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
export function decodeGif(bytes: Uint8Array, { maxPixels, openRows }: DecodeLimits): Picture | undefined {
  const { width, height, area, interlaced, palette, transparent, codeBits, packed } = readFirstFrame(
    bytes,
    maxPixels,
  )
  const indices = unpackLzw(packed, codeBits, area.width * area.height)
  const whole = area.width === width && area.height === height
  const channels = whole && !indices.includes(transparent) ? 3 : 4
  const storedRow = interlaced ? storedRows(area.height) : undefined
  const readRow = (y: number, into: Uint8Array) => {
    const from = (storedRow?.[y] ?? y) * area.width
    for (let x = 0; x < area.width; x++) {
      const index = indices[from + x] as number
      if (index === transparent) continue
      if (index * 3 >= palette.length)
        throw damaged(`a pixel has colour ${index} of a palette of ${palette.length / 3}`)
      for (let c = 0; c < 3; c++) into[x * channels + c] = palette[index * 3 + c] as number
      if (channels === 4) into[x * 4 + 3] = 255
    }
  }
  const rows = channels === 3 ? openRows?.(width, height, 3) : undefined
  if (rows) {
    const row = new Uint8Array(width * 3)
    for (let y = 0; y < height; y++) {
      readRow(y, row)
      rows.add(row)
    }
    return undefined
  }
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < area.height; y++)
    readRow(y, data.subarray(((area.top + y) * width + area.left) * channels))
  return { width, height, channels, data }
}

/** The stored row of each row of the picture: every eighth from 0, every eighth from 4, every fourth from 2, the odd ones. */
function storedRows(height: number): number[] {
  const rows: number[] = []
  let stored = 0
  for (const [start, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const)
    for (let y = start; y < height; y += step) rows[y] = stored++
  return rows
}
