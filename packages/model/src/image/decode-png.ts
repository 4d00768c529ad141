import { convertIndexedToRgb, decode, hasPngSignature } from 'fast-png'
import type { DecodedPng } from 'fast-png'
import { badImage, checkSize } from './pixels.ts'
import type { CheckedPixels } from './pixels.ts'

const formats = [
  { name: 'JPEG', starts: [0xff, 0xd8, 0xff] },
  { name: 'GIF', starts: [0x47, 0x49, 0x46, 0x38] },
  { name: 'WebP', starts: [0x52, 0x49, 0x46, 0x46] },
  { name: 'BMP', starts: [0x42, 0x4d] },
]

/**
 * Decodes a PNG of any colour type and bit depth to values from 0 to 255; 16 bits keep their fractions. Interlaced
 * ones of fewer than 8 bits, which hardly anything writes, are refused: fast-png garbles them.
 * Of an animation, the still image. Colour profiles and gamma are not applied.
 * @throws TreadleError `MODEL_BAD_IMAGE`
 */
export function decodePng(bytes: Uint8Array): CheckedPixels {
  if (bytes.length < 33 || !hasPngSignature(bytes)) {
    const format = formats.find(({ starts }) => starts.every((byte, index) => bytes[index] === byte))
    throw badImage(
      format === undefined ? 'it is not a PNG' : `it is a ${format.name}, not a PNG`,
      'Convert it to PNG, or decode it yourself and give its pixels: { data, width, height, channels }',
    )
  }
  // Before anything is allocated: the header comes first in every PNG.
  const header = new DataView(bytes.buffer, bytes.byteOffset, 33)
  checkSize(header.getUint32(16), header.getUint32(20))
  if (header.getUint8(28) === 1 && header.getUint8(24) < 8) {
    throw badImage('its PNG is interlaced with fewer than 8 bits a sample', 'Save it without interlacing')
  }
  try {
    return toPixels(decode(bytes, { checkCrc: true }))
  } catch (cause) {
    throw badImage(`its PNG is damaged (${(cause as Error).message})`, 'Save the image again', cause)
  }
}

function toPixels(png: DecodedPng): CheckedPixels {
  const { width, height, depth, palette, transparency } = png
  if (palette !== undefined) {
    const channels = palette[0]?.length as 3 | 4
    return { width, height, channels, data: convertIndexedToRgb(png) }
  }
  const channels = png.channels as 1 | 2 | 3 | 4
  const samples = depth < 8 ? unpack(png) : png.data
  const largest = 2 ** depth - 1
  const data =
    depth === 8 ? (samples as Uint8Array) : Float32Array.from(samples, (sample) => (sample * 255) / largest)
  if (transparency === undefined) return { width, height, channels, data }
  return withAlpha({ width, height, channels, data }, samples, transparency)
}

/** Grey samples of 1, 2 or 4 bits, each row beginning in a byte of its own. */
function unpack({ width, height, depth, data }: DecodedPng): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8)
  const samples = new Uint8Array(width * height)
  for (let index = 0; index < samples.length; index++) {
    const bit = (index % width) * depth
    const byte = data[Math.floor(index / width) * rowBytes + (bit >> 3)] as number
    samples[index] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1)
  }
  return samples
}

/** A PNG without alpha may name one colour that is transparent. */
function withAlpha(
  { width, height, channels, data }: CheckedPixels,
  samples: ArrayLike<number>,
  transparent: Uint16Array,
): CheckedPixels {
  const withOne = new Float32Array(width * height * (channels + 1))
  for (let pixel = 0; pixel < width * height; pixel++) {
    let same = true
    for (let channel = 0; channel < channels; channel++) {
      withOne[pixel * (channels + 1) + channel] = data[pixel * channels + channel] as number
      same &&= samples[pixel * channels + channel] === transparent[channel]
    }
    withOne[pixel * (channels + 1) + channels] = same ? 0 : 255
  }
  return { width, height, channels: (channels + 1) as 2 | 4, data: withOne }
}
