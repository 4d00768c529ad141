import decode from 'jpeg-js/lib/decoder.js'
import { damaged } from '../errors.ts'
import type { Picture } from '../picture.ts'
import type { JpegHeader } from './header.ts'

/** An APP14 segment of Adobe with transform 0: four components as they are, inverted. */
const adobeSegment = Uint8Array.of(0xff, 0xee, 0, 14, 65, 100, 111, 98, 101, 0, 100, 0, 0, 0, 0, 0)

/** Decodes a JPEG of four components, which mozjpeg's WASM build does not read, to RGB. */
export function decodeCmyk(bytes: Uint8Array, { width, height, adobe }: JpegHeader): Picture {
  // Like Pillow, this takes four components without a statement for Adobe's.
  const file = adobe ? bytes : withSegment(bytes, adobeSegment)
  let decoded: { width: number; height: number; data: Uint8Array }
  try {
    decoded = decode(file, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: Math.ceil((width * height) / 1e6) + 1,
      maxMemoryUsageInMB: 4096,
    })
  } catch (error) {
    throw damaged((error as Error).message)
  }
  if (decoded.width !== width || decoded.height !== height) throw damaged('its size changes within the file')
  return { width, height, channels: 3, data: decoded.data }
}

/** The file with a segment after its first two bytes. */
function withSegment(bytes: Uint8Array, segment: Uint8Array): Uint8Array {
  const file = new Uint8Array(bytes.length + segment.length)
  file.set(bytes.subarray(0, 2))
  file.set(segment, 2)
  file.set(bytes.subarray(2), 2 + segment.length)
  return file
}
