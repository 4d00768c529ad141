import { TreadleError } from '@treadle/core'
import type { DecodedPng } from 'fast-png'
import { concat } from '../bytes.ts'
import type { RasterImage } from './raster.ts'

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** What the pixels depend on. Colour profiles and texts are left out, and with them what could be packed into them. */
const NEEDED = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'])
/** deflate cannot pack tighter, so a header that claims more pixels than this allows is damaged. */
const DEFLATE_MOST = 1032

/**
 * Decodes a PNG to 8 bits a value, without alpha: grey for the grey types, else RGB. What is transparent shows
 * `background`. Values of fewer or more than 8 bits are scaled to 0 … 255 and rounded.
 *
 * @throws TreadleError `DATASET_BAD_PNG`, naming the file
 */
export async function decodePng(bytes: Uint8Array, name: string, background: number): Promise<RasterImage> {
  const { decode } = await import('fast-png')
  const needed = neededChunks(bytes, name)
  let png: DecodedPng
  try {
    png = decode(needed, { checkCrc: true })
  } catch (cause) {
    throw badPng(name, cause instanceof Error ? cause.message : String(cause), cause)
  }
  const { width, height } = png
  const samples = toSamples(png, name)
  const channels = samples.channels > 2 ? 3 : 1
  const alpha = samples.channels !== channels
  const data = new Uint8Array(width * height * channels)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * samples.channels
    const opacity = alpha ? (samples.values[from + channels] as number) / samples.most : 1
    for (let channel = 0; channel < channels; channel++) {
      const value = ((samples.values[from + channel] as number) / samples.most) * 255
      data[pixel * channels + channel] = Math.floor(value * opacity + background * (1 - opacity) + 0.5)
    }
  }
  return { width, height, channels, data }
}

interface PixelValues {
  /** Shape [height, width, channels]. */
  readonly values: ArrayLike<number>
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
  readonly channels: number
  /** The value of white, and of full opacity. */
  readonly most: number
}

function toSamples(png: DecodedPng, name: string): PixelValues {
  const { width, height, depth, channels, palette, transparency } = png
  const values = depth < 8 ? unpackBits(png.data, width, height, depth) : png.data
  const most = 2 ** depth - 1
  if (palette) return { values: lookUp(values, palette, name), channels: 4, most: 255 }
  if (!transparency) return { values, channels, most }
  // A colour that stands for "transparent" becomes an alpha channel.
  const keyed = new Uint16Array(width * height * (channels + 1))
  for (let pixel = 0; pixel < width * height; pixel++) {
    let differs = false
    for (let channel = 0; channel < channels; channel++) {
      const value = values[pixel * channels + channel] as number
      keyed[pixel * (channels + 1) + channel] = value
      differs ||= value !== transparency[channel]
    }
    keyed[pixel * (channels + 1) + channels] = differs ? most : 0
  }
  return { values: keyed, channels: channels + 1, most }
}

/** Values of 1, 2 or 4 bits, the first in the highest bits; each row starts on a byte. */
function unpackBits(packed: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8)
  const values = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth
      const byte = packed[y * rowBytes + (bit >> 3)] as number
      values[y * width + x] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1)
    }
  }
  return values
}

function lookUp(indices: ArrayLike<number>, palette: readonly number[][], name: string): Uint8Array {
  const values = new Uint8Array(indices.length * 4)
  for (let pixel = 0; pixel < indices.length; pixel++) {
    const colour = palette[indices[pixel] as number]
    if (!colour)
      throw badPng(name, `pixel ${pixel} has colour ${indices[pixel]} of a palette of ${palette.length}`)
    values.set(colour, pixel * 4)
    if (colour.length < 4) values[pixel * 4 + 3] = 255
  }
  return values
}

/** Walks the chunks, checks what decoding relies on, and returns the PNG without the chunks that pixels do not need. */
function neededChunks(bytes: Uint8Array, name: string): Uint8Array {
  if (SIGNATURE.some((byte, index) => bytes[index] !== byte))
    throw badPng(name, 'it does not start as a PNG does')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kept = [bytes.subarray(0, 8)]
  let packedBytes = 0
  let type = ''
  for (let start = 8; type !== 'IEND';) {
    if (start + 12 > bytes.length) throw badPng(name, 'it is cut short')
    const length = view.getUint32(start)
    const end = start + 12 + length
    if (end > bytes.length) throw badPng(name, 'it is cut short')
    type = String.fromCharCode(...bytes.subarray(start + 4, start + 8))
    if ((type === 'IHDR') !== (start === 8) || (type === 'IHDR' && length !== 13))
      throw badPng(name, 'its header is damaged')
    if (type === 'IDAT') packedBytes += length
    if (NEEDED.has(type)) kept.push(bytes.subarray(start, end))
    start = end
  }
  checkHeader(view, packedBytes, name)
  return concat(kept)
}

function checkHeader(view: DataView, packedBytes: number, name: string): void {
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const [depth, colourType, interlacing] = [view.getUint8(24), view.getUint8(25), view.getUint8(28)]
  const channels = [1, 0, 3, 1, 2, 0, 4][colourType] ?? 0
  if (width === 0 || height === 0 || channels === 0) throw badPng(name, 'its header is damaged')
  if (height * Math.ceil((width * channels * depth) / 8) > packedBytes * DEFLATE_MOST) {
    throw badPng(name, `it claims ${width} × ${height} pixels, more than its ${packedBytes} bytes can hold`)
  }
  if (interlacing !== 0 && depth < 8) {
    throw badPng(
      name,
      `interlacing is read only at 8 and 16 bits, and it has ${depth}; save it without interlacing`,
    )
  }
}

function badPng(name: string, reason: string, cause?: unknown): TreadleError {
  return new TreadleError('DATASET_BAD_PNG', `Reading ${name}: it is no PNG that can be read: ${reason}.`, {
    cause,
  })
}
