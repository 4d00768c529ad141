import { damaged } from '../errors.ts'
import type { Picture } from '../picture.ts'
import { rgbOf } from '../rgba.ts'
import { readFirstFrame } from '../webp/chunks.ts'
import { decodeStill } from '../webp/libwebp.ts'
import type { DecodeLimits } from './format.ts'

/**
 * Decodes a WebP, lossy or lossless, or the first frame of an animated one.
 *
 * RGB, 3 channels; 4 where a pixel is not opaque. Still files have the pixels of libwebp (Pillow).
 *
 * @throws DamagedImage, TooManyPixels
 */
export async function decodeWebp(bytes: Uint8Array, { maxPixels, binaries }: DecodeLimits): Promise<Picture> {
  const { width, height, area, still } = readFirstFrame(bytes, maxPixels)
  const whole = area.width === width && area.height === height
  const pack = (rgba: Uint8Array) => {
    if (whole) return isOpaque(rgba) ? rgbOf(rgba) : rgba.slice()
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
  const { data } = decoded
  return { width, height, channels: data.length === width * height * 3 ? 3 : 4, data }
}

function isOpaque(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return false
  return true
}
