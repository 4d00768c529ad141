import { TooManyPixels, damaged } from '../errors.ts'
import type { Orientation } from '../orient.ts'
import { exifOrientation } from './exif.ts'

export interface JpegHeader {
  readonly width: number
  readonly height: number
  /** 1 grey, 3 colour, 4 CMYK or YCCK. */
  readonly components: 1 | 3 | 4
  readonly orientation: Orientation
}

/** Passes over the picture that a progressive file may have. Encoders write about ten; each costs work. */
const mostScans = 100

/**
 * Reads the segments of a JPEG (ITU-T T.81) up to its end: size, components, EXIF orientation.
 * @throws DamagedImage, TooManyPixels
 */
export function readJpegHeader(bytes: Uint8Array, maxPixels: number): JpegHeader {
  let frame: { width: number; height: number; components: number } | undefined
  let orientation: Orientation = 1
  let scans = 0
  let at = 2
  while (at < bytes.length) {
    // Between the segments of a scan lie coded data; 0xFF in them is followed by 0 or a restart marker.
    at = bytes.indexOf(0xff, at)
    if (at === -1) break
    const marker = bytes[at + 1]
    if (marker === undefined) break
    if (marker === 0xff) {
      at++
      continue
    }
    at += 2
    if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) continue
    if (marker === 0xd9) break
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    if (length < 2 || at + length > bytes.length) {
      if (frame !== undefined && scans > 0) break
      throw damaged('it ends within its header')
    }
    const segment = bytes.subarray(at + 2, at + length)
    at += length
    if (marker === 0xe1 && orientation === 1) orientation = exifOrientation(segment) ?? 1
    else if (marker === 0xda) scans++
    else if (isFrame(marker)) {
      if (frame !== undefined) throw damaged('it has two frames')
      frame = readFrame(marker, segment)
      if (frame.width * frame.height > maxPixels) throw new TooManyPixels(frame.width, frame.height)
    }
  }
  if (frame === undefined) throw damaged('it has no frame')
  if (scans === 0) throw damaged('it has no pixels')
  if (scans > mostScans) throw damaged(`it has ${scans} scans; at most ${mostScans} are read`)
  // Every block of 8 × 8 pixels takes at least one bit.
  if (Math.ceil(frame.width / 8) * Math.ceil(frame.height / 8) > bytes.length * 8)
    throw damaged(`its ${bytes.length} bytes cannot hold ${frame.width} × ${frame.height} pixels`)
  return { ...frame, components: frame.components as JpegHeader['components'], orientation }
}

/** SOF0 to SOF15 without the tables (DHT, JPG, DAC) that lie between them. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

function readFrame(marker: number, segment: Uint8Array) {
  if (segment.length < 6) throw damaged('its frame is too short')
  const [bits, h1, h0, w1, w0, components] = segment as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (marker > 0xc2)
    throw damaged(`it is coded by process ${marker - 0xc0}; baseline and progressive files are read`)
  if (bits !== 8) throw damaged(`it has ${bits} bits a sample; files of 8 are read`)
  const [width, height] = [(w1 << 8) | w0, (h1 << 8) | h0]
  if (width === 0 || height === 0) throw damaged(`its frame says ${width} × ${height} pixels`)
  if (![1, 3, 4].includes(components)) throw damaged(`it has ${components} components instead of 1, 3 or 4`)
  return { width, height, components }
}
