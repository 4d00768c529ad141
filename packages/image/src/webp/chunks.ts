import { TooManyPixels, damaged } from '../errors.ts'

/** The first picture of a WebP. */
export interface WebpFrame {
  /** Size of the whole picture. */
  readonly width: number
  readonly height: number
  /** Where the frame of an animation lies; the whole picture of a still file. */
  readonly area: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
  /** A still WebP file of the frame alone. */
  readonly still: Uint8Array
}

/**
 * Finds the first picture of a WebP (RFC 9649), still or animated, and checks its size.
 * @throws DamagedImage, TooManyPixels
 */
export function readFirstFrame(bytes: Uint8Array, maxPixels: number): WebpFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const limited = (width: number, height: number) => {
    if (width * height > maxPixels) throw new TooManyPixels(width, height)
    return { width, height }
  }
  let canvas: { width: number; height: number } | undefined
  for (const { name, start, end } of chunks(bytes, view, 12, bytes.length)) {
    if (name === 'VP8X') {
      if (end - start < 10) throw damaged('its chunk VP8X is too short')
      canvas = limited(uint24(view, start + 4) + 1, uint24(view, start + 7) + 1)
    } else if (name === 'VP8 ' || name === 'VP8L') {
      const size = limited(...sizeOf(name, view, start, end))
      return { ...size, area: { left: 0, top: 0, ...size }, still: bytes }
    } else if (name === 'ANMF') {
      if (end - start < 16 || canvas === undefined) throw damaged('its first frame is incomplete')
      const area = {
        left: uint24(view, start) * 2,
        top: uint24(view, start + 3) * 2,
        width: uint24(view, start + 6) + 1,
        height: uint24(view, start + 9) + 1,
      }
      if (area.left + area.width > canvas.width || area.top + area.height > canvas.height)
        throw damaged('its first frame leaves the picture')
      return { ...canvas, area, still: stillOf(bytes, view, start + 16, end, area) }
    }
  }
  throw damaged('it has no picture')
}

interface Chunk {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** The chunks of a part of the file. The last one may be cut. */
function* chunks(bytes: Uint8Array, view: DataView, from: number, to: number): Generator<Chunk> {
  let at = from
  while (at + 8 <= to) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4))
    const start = at + 8
    const length = view.getUint32(at + 4, true)
    if (start + length > to) throw damaged(`it ends within its chunk ${name.trim()}`)
    yield { name, start, end: start + length }
    at = start + length + (length % 2)
  }
}

function sizeOf(name: string, view: DataView, start: number, end: number): [width: number, height: number] {
  if (end - start < 10) throw damaged(`its chunk ${name.trim()} is too short`)
  if (name === 'VP8L') {
    const bits = view.getUint32(start + 1, true)
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1]
  }
  return [view.getUint16(start + 6, true) & 0x3fff, view.getUint16(start + 8, true) & 0x3fff]
}

/** A still file with the alpha and picture chunks of a frame. */
function stillOf(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  to: number,
  { width, height }: { width: number; height: number },
): Uint8Array {
  const parts = [...chunks(bytes, view, from, to)].filter(({ name }) =>
    ['ALPH', 'VP8 ', 'VP8L'].includes(name),
  )
  const picture = parts.find(({ name }) => name !== 'ALPH')
  if (picture === undefined) throw damaged('its first frame has no picture')
  const [w, h] = sizeOf(picture.name, view, picture.start, picture.end)
  if (w !== width || h !== height) throw damaged('its first frame has two sizes')
  const length = parts.reduce((sum, { start, end }) => sum + 8 + (end - start) + ((end - start) % 2), 30)
  const still = new Uint8Array(length)
  const out = new DataView(still.buffer)
  still.set(latin1('RIFF'))
  out.setUint32(4, length - 8, true)
  still.set(latin1('WEBPVP8X'), 8)
  out.setUint32(16, 10, true)
  // The flag of alpha; harmless without.
  out.setUint8(20, 0x10)
  setUint24(out, 24, width - 1)
  setUint24(out, 27, height - 1)
  let at = 30
  for (const { start, end } of parts) {
    still.set(bytes.subarray(start - 8, end), at)
    at += 8 + (end - start) + ((end - start) % 2)
  }
  return still
}

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

const uint24 = (view: DataView, at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16)

function setUint24(view: DataView, at: number, value: number): void {
  view.setUint16(at, value & 0xffff, true)
  view.setUint8(at + 2, value >> 16)
}
