import {
  bytesOf16,
  bytesOf32,
  joined,
  pngChunk,
  pngSignature,
  zlibStored,
} from '../../../test/support/png.ts'

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

const samplesPerPixel = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const

/** Writes a PNG after the specification (ISO/IEC 15948), without filters and independent of the package's code. */
export function writePng(image: PngImage): Uint8Array<ArrayBuffer> {
  const { width, height, colorType, bitDepth, palette, transparency, interlaced = false } = image
  const format = Uint8Array.of(bitDepth, colorType, 0, 0, interlaced ? 1 : 0)
  const chunks = [pngChunk('IHDR', joined(bytesOf32(width, height), format))]
  if (palette) chunks.push(pngChunk('PLTE', Uint8Array.from(palette.flat())))
  if (transparency) {
    const bytes = colorType === 3 ? Uint8Array.from(transparency) : bytesOf16(...transparency)
    chunks.push(pngChunk('tRNS', bytes))
  }
  const passes = interlaced ? adam7 : [[0, 0, 1, 1] as const]
  const data = joined(...passes.map(([left, top, across, down]) => rows(image, left, top, across, down)))
  chunks.push(pngChunk('IDAT', zlibStored(data)), pngChunk('IEND'))
  return joined(pngSignature, ...chunks)
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
): Uint8Array {
  const perPixel = samplesPerPixel[colorType]
  const lines: Uint8Array[] = []
  if (left >= width) return new Uint8Array(0)
  for (let y = top; y < height; y += down) {
    let bits = ''
    for (let x = left; x < width; x += across) {
      for (let sample = 0; sample < perPixel; sample++) {
        bits += (samples[(y * width + x) * perPixel + sample] as number).toString(2).padStart(bitDepth, '0')
      }
    }
    const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? []
    lines.push(Uint8Array.from([0, ...bytes.map((byte) => Number.parseInt(byte, 2))]))
  }
  return joined(...lines)
}
