import { crc32, deflateSync } from 'node:zlib'

export interface PngImage {
  width: number
  height: number
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  colorType: 0 | 2 | 3 | 4 | 6
  bitDepth: 1 | 2 | 4 | 8 | 16
  /** Integers below 2^bitDepth: shape [height, width, samples of the colour type]. */
  samples: ArrayLike<number>
  palette?: readonly (readonly [number, number, number])[]
  /** Alpha of each palette entry, or the one colour that is transparent. */
  transparency?: readonly number[]
  interlaced?: boolean
}

export const samplesPerPixel = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const

/** Writes a PNG after the specification (ISO/IEC 15948), without filters: for tests, independent of the decoder used. */
export function encodePng(image: PngImage): Uint8Array {
  const { width, height, colorType, bitDepth, palette, transparency, interlaced = false } = image
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([bitDepth, colorType, 0, 0, interlaced ? 1 : 0], 8)
  const chunks = [chunk('IHDR', header)]
  if (palette) chunks.push(chunk('PLTE', Buffer.from(palette.flat())))
  if (transparency) {
    const words = Buffer.alloc(transparency.length * 2)
    transparency.forEach((value, index) => words.writeUInt16BE(value, 2 * index))
    chunks.push(chunk('tRNS', colorType === 3 ? Buffer.from(transparency) : words))
  }
  const passes = interlaced ? adam7 : [[0, 0, 1, 1] as const]
  const data = Buffer.concat(passes.map(([left, top, across, down]) => rows(image, left, top, across, down)))
  chunks.push(chunk('IDAT', deflateSync(data)), chunk('IEND', Buffer.alloc(0)))
  return new Uint8Array(Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...chunks]))
}

/** First column, first row, steps across and down of each pass. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

function rows(
  { width, height, colorType, bitDepth, samples }: PngImage,
  left: number,
  top: number,
  across: number,
  down: number,
): Buffer {
  const perPixel = samplesPerPixel[colorType]
  const lines: Buffer[] = []
  if (left >= width) return Buffer.alloc(0)
  for (let y = top; y < height; y += down) {
    let bits = ''
    for (let x = left; x < width; x += across) {
      for (let sample = 0; sample < perPixel; sample++) {
        bits += (samples[(y * width + x) * perPixel + sample] as number).toString(2).padStart(bitDepth, '0')
      }
    }
    const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? []
    lines.push(Buffer.from([0, ...bytes.map((byte) => Number.parseInt(byte, 2))]))
  }
  return Buffer.concat(lines)
}

function chunk(type: string, data: Buffer): Buffer {
  const result = Buffer.alloc(12 + data.length)
  result.writeUInt32BE(data.length, 0)
  result.write(type, 4, 'latin1')
  data.copy(result, 8)
  result.writeUInt32BE(crc32(result.subarray(4, 8 + data.length)), 8 + data.length)
  return result
}
