import { Purpose, RandomStream } from '@treadle/core'
import type { AffineMap, PixelShape, PixelStream, Rectangle } from '../src/index.ts'

/** One image of bytes, row-major. */
export interface Image extends PixelShape {
  pixels: Uint8Array
}

/** The operations of pixel programs by their definitions, in float64 and pixel by pixel. */
export const reference = {
  mirror: (image: Image) => moved(image, (y, x) => [y, image.width - 1 - x]),
  reverseRows: (image: Image) => moved(image, (y, x) => [image.height - 1 - y, x]),
  shift: (image: Image, dy: number, dx: number) =>
    moved(image, (y, x) => [mirrored(y - dy, image.height), mirrored(x - dx, image.width)]),
  resample(image: Image, { xx, xy, yx, yy, dx, dy }: AffineMap) {
    const { height, width, channels, pixels } = image
    const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2]
    image.pixels = pixels.map((_, i) => {
      const c = i % channels
      const x = Math.floor(i / channels) % width
      const y = Math.floor(i / channels / width)
      // In this order, which decides the last bits.
      const sourceX = xx * (x - centreX) + (xy * (y - centreY) + centreX + dx)
      const sourceY = yx * (x - centreX) + (yy * (y - centreY) + centreY + dy)
      const [left, top] = [Math.floor(sourceX), Math.floor(sourceY)]
      const at = (row: number, column: number) =>
        pixels[(mirrored(row, height) * width + mirrored(column, width)) * channels + c] as number
      const upper = between(at(top, left), at(top, left + 1), sourceX - left)
      const lower = between(at(top + 1, left), at(top + 1, left + 1), sourceX - left)
      return between(upper, lower, sourceY - top) + 0.5
    })
  },
  add(image: Image, value: number) {
    image.pixels = image.pixels.map((byte) => nearest(byte + value))
  },
  contrast(image: Image, factor: number) {
    const { channels, pixels } = image
    const means = Array.from({ length: channels }, (_, c) => {
      const values = pixels.filter((__, i) => i % channels === c)
      return values.reduce((sum, value) => sum + value, 0) / values.length
    })
    image.pixels = pixels.map((byte, i) => {
      const mean = means[i % channels] as number
      return nearest((byte - mean) * factor + mean)
    })
  },
  noise(image: Image, scale: number, position: PixelStream) {
    const bytes = randomBytes(position, 0, 4 * image.pixels.length)
    image.pixels = image.pixels.map((byte, i) => {
      const sum = bytes.subarray(4 * i, 4 * i + 4).reduce((total, one) => total + one, 0)
      return nearest(byte + (sum - 510) * scale)
    })
  },
  clear: (image: Image, area: Rectangle) => filled(image, area, () => 0),
  randomize(image: Image, area: Rectangle, word: number, position: PixelStream) {
    const bytes = randomBytes(position, word, area.rows * area.columns * image.channels)
    filled(image, area, (_, nth) => bytes[nth] as number)
  },
  blend(image: Image, own: number, other: Image) {
    image.pixels = image.pixels.map((byte, i) => between(other.pixels[i] as number, byte, own) + 0.5)
  },
  paste: (image: Image, area: Rectangle, other: Image) =>
    filled(image, area, (at) => other.pixels[at] as number),
}

const between = (from: number, to: number, part: number) => from + (to - from) * part
const nearest = (value: number) => Math.floor(Math.min(255, Math.max(0, value)) + 0.5)

/** NumPy's `symmetric` padding. */
function mirrored(index: number, length: number): number {
  const at = index - Math.floor(index / (2 * length)) * 2 * length
  return at < length ? at : 2 * length - 1 - at
}

function moved(image: Image, from: (y: number, x: number) => [y: number, x: number]): void {
  const { width, channels, pixels } = image
  image.pixels = pixels.map((_, i) => {
    const pixel = Math.floor(i / channels)
    const [y, x] = from(Math.floor(pixel / width), pixel % width)
    return pixels[(y * width + x) * channels + (i % channels)] as number
  })
}

function filled(
  { pixels, width, channels }: Image,
  { top, left, rows, columns }: Rectangle,
  value: (at: number, nth: number) => number,
): void {
  let nth = 0
  for (let y = top; y < top + rows; y++)
    for (let i = (y * width + left) * channels; i < (y * width + left + columns) * channels; i++)
      pixels[i] = value(i, nth++)
}

function randomBytes({ seed, ...position }: PixelStream, word: number, count: number): Uint8Array {
  const numbers = new RandomStream(seed, Purpose.augmentation, position)
  return Uint8Array.from({ length: count }, (_, i) => numbers.at(word + (i >> 2)) >>> (8 * (i & 3)))
}
