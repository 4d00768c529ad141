import webp from '@jsquash/webp/codec/dec/webp_dec.js'
import { Codec } from '../codec.ts'
import { damaged } from '../errors.ts'
import type { Picture } from '../picture.ts'
import { readFirstFrame } from '../webp/chunks.ts'
import type { DecodeLimits } from './format.ts'

const codec = new Codec('webp', webp)

/**
 * Decodes a WebP, lossy or lossless, or the first frame of an animated one.
 *
 * RGB, 3 channels; 4 where a pixel is not opaque. Still files have the pixels of libwebp (Pillow).
 *
 * @throws DamagedImage, TooManyPixels
 */
export async function decodeWebp(bytes: Uint8Array, { maxPixels, binaries }: DecodeLimits): Promise<Picture> {
  const { width, height, area, still } = readFirstFrame(bytes, maxPixels)
  const decoded = await codec.decode(still, area.width * area.height, binaries?.webp)
  if (decoded.width !== area.width || decoded.height !== area.height)
    throw damaged('its size changes within the file')
  const whole = area.width === width && area.height === height
  const channels = whole && isOpaque(decoded.data) ? 3 : 4
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < area.height; y++) {
    let from = y * area.width * 4
    let at = ((area.top + y) * width + area.left) * channels
    for (let x = 0; x < area.width; x++, from += 4)
      for (let c = 0; c < channels; c++) data[at++] = decoded.data[from + c] as number
  }
  return { width, height, channels, data }
}

function isOpaque(rgba: Uint8ClampedArray): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return false
  return true
}
