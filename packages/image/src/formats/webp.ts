import { damaged } from '../errors.ts'
import type { Picture } from '../picture.ts'
import { rgbOf } from '../rgba.ts'
import { readFirstFrame } from '../webp/chunks.ts'
import { decodeStill } from '../webp/libwebp.ts'
import type { DecodeLimits, ColourRows } from './format.ts'

/** Pixels that become RGB at once. */
const STRIP = 2 ** 16

/**
 * Decodes a WebP, lossy or lossless, or the first frame of an animated one.
 *
 * RGB, 3 channels; 4 where a pixel is not opaque. Still files have the pixels of libwebp (Pillow).
 *
 * @throws DamagedImage, TooManyPixels
 */
export async function decodeWebp(
  bytes: Uint8Array,
  { maxPixels, binaries, openRows }: DecodeLimits,
): Promise<Picture | undefined> {
  const { width, height, area, still } = readFirstFrame(bytes, maxPixels)
  const whole = area.width === width && area.height === height
  let rows: ColourRows | undefined
  const pack = (rgba: Uint8Array) => {
    // A decoder that found another size gives no rows.
    const asPromised = whole && rgba.length === width * height * 4
    if (asPromised && isOpaque(rgba)) {
      rows = openRows?.(width, height, 3)
      if (rows === undefined) return rgbOf(rgba)
      const strip = 4 * width * Math.ceil(STRIP / width)
      for (let at = 0; at < rgba.length; at += strip) rows.add(rgbOf(rgba.subarray(at, at + strip)))
      return new Uint8Array()
    }
    if (whole) return rgba.slice()
    const canvas = new Uint8Array(width * height * 4)
    for (let y = 0; y < area.height; y++)
      canvas.set(
        rgba.subarray(y * area.width * 4, (y + 1) * area.width * 4),
        ((area.top + y) * width + area.left) * 4,
      )
    return canvas
  }
  const decoded = await decodeStill(still, area.width * area.height, binaries?.webp, pack)
  if (decoded.width !== area.width || decoded.height !== area.height)
    throw damaged('its size changes within the file')
  if (rows) return undefined
  const { data } = decoded
  return { width, height, channels: data.length === width * height * 3 ? 3 : 4, data }
}

function isOpaque(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return false
  return true
}
