import { bytesOf } from '../bytes-of.ts'
import { readFirstFrame } from '../webp/chunks.ts'
import { detectFormat } from './index.ts'

/** Each reads width · height. A view ends with a RangeError. */
const readers: Readonly<Record<string, (view: DataView, bytes: Uint8Array) => number>> = {
  PNG: (view) => view.getUint32(16) * view.getUint32(20),
  GIF: (view) => view.getUint16(6, true) * view.getUint16(8, true),
  BMP: (view) =>
    view.getUint32(14, true) === 12
      ? view.getUint16(18, true) * view.getUint16(20, true)
      : Math.abs(view.getInt32(18, true) * view.getInt32(22, true)),
  JPEG: jpegPixels,
  WebP(_, bytes) {
    const { width, height } = readFirstFrame(bytes, Infinity)
    return width * height
  },
}

/**
 * The pixels that a file has according to its header, which is all that is read.
 * @returns width · height; undefined where the format is not read or the header is damaged
 */
export function declaredPixels(bytes: Uint8Array): number | undefined {
  const own = bytesOf(bytes)
  if (own === undefined) return undefined
  const read = readers[detectFormat(own)?.name ?? '']
  try {
    return read?.(new DataView(own.buffer, own.byteOffset, own.byteLength), own)
  } catch {
    return undefined
  }
}

/** Goes from segment to segment up to the frame. */
function jpegPixels(view: DataView): number {
  let at = 2
  for (;;) {
    const marker = view.getUint8(at) === 0xff ? view.getUint8(at + 1) : 0xff
    if (marker === 0xff) at++
    else if (marker <= 1 || (marker >= 0xd0 && marker <= 0xd9)) at += 2
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return view.getUint16(at + 5) * view.getUint16(at + 7)
    else at += 2 + view.getUint16(at + 2)
  }
}
