import jpegEncoder from '@jsquash/jpeg/codec/enc/mozjpeg_enc.js'
import { defaultOptions as jpegOptions } from '@jsquash/jpeg/meta.js'
import webpEncoder from '@jsquash/webp/codec/enc/webp_enc.js'
import { defaultOptions as webpOptions } from '@jsquash/webp/meta.js'
import { RandomStream } from '@treadle/core'
import { type Picture, encodePng } from '@treadle/image'
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter, configure } from '@zip.js/zip.js'
import { jsquashEncoder } from '../../../test/support/jsquash-encoder.ts'

/** Whether (u, v), from −½ to ½, belongs to the drawing of size r. */
const drawings = {
  bars: (u: number, _v: number, r: number) => Math.abs(u) < r / 2,
  checks: (u: number, v: number, r: number) => (Math.floor(u / r) + Math.floor(v / r)) % 2 === 0,
  discs: (u: number, v: number, r: number) => u * u + v * v < r * r,
  rings: (u: number, v: number, r: number) => u * u + v * v < r * r && u * u + v * v > (r * r) / 3,
  wedges: (u: number, v: number, r: number) => v > -r && v < r && Math.abs(u) < (v + r) / 2,
} as const

/** The classes of the archive, in the order of their labels. */
const photoClasses = Object.keys(drawings)

const FORMATS = ['jpg', 'png', 'webp'] as const

/** SHA-256 of the weights of the default network after one epoch on the archive, at 64 × 64 pixels. */
export const photosSha256 = '1215acf19af641a5b96145d5bd7a4681f5ef7b59929d6e6f430be863032319c6'

/**
 * A zip archive of drawings in five classes, sixteen of each: JPEG, PNG and WebP files in colour, of many sizes and
 * proportions. The pixels are the same in every run.
 */
export async function photosZip(perClass = 16): Promise<Uint8Array<ArrayBuffer>> {
  const encoders = { jpg: await jpeg(), webp: await webp(), png: encodePng }
  // A worker would need a Blob.
  configure({ useWebWorkers: false })
  const writer = new ZipWriter(new Uint8ArrayWriter(), { level: 0, extendedTimestamp: false })
  for (const [label, name] of photoClasses.entries())
    for (let sample = 0; sample < perClass; sample++) {
      const format = FORMATS[sample % FORMATS.length] as (typeof FORMATS)[number]
      const bytes = encoders[format](drawing(name as keyof typeof drawings, 1000 * label + sample))
      const path = `photos/${name}/${String(sample).padStart(3, '0')}.${format}`
      await writer.add(path, new Uint8ArrayReader(bytes), { lastModDate: new Date(2026, 0, 1) })
    }
  return writer.close()
}

function drawing(name: keyof typeof drawings, stream: number): Picture {
  const random = new RandomStream(12, 1, { stream })
  let draws = 0
  const next = () => random.uniform(draws++)
  const [width, height] = [48 + Math.floor(80 * next()), 48 + Math.floor(80 * next())]
  const [ink, paper] = [0, 1].map((bright) => [0, 1, 2].map(() => 110 * bright + 130 * next())) as [
    number[],
    number[],
  ]
  const [x, y, r] = [0.2 * (next() - 0.5), 0.2 * (next() - 0.5), 0.2 + 0.15 * next()]
  const data = new Uint8Array(width * height * 3)
  const shorter = Math.min(width, height)
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [u, v] = [(column + 0.5 - width / 2) / shorter - x, (row + 0.5 - height / 2) / shorter - y]
      const colour = drawings[name](u, v, r) ? ink : paper
      const light = 30 * (next() - 0.5) + 20 * v
      for (let channel = 0; channel < 3; channel++)
        data[(row * width + column) * 3 + channel] = Math.min(
          255,
          Math.max(0, (colour[channel] as number) + light),
        )
    }
  return { width, height, channels: 3, data }
}

const jpeg = async () => {
  const encode = await jsquashEncoder(
    jpegEncoder,
    '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm',
    import.meta.url,
  )
  return (picture: Picture) => encode(picture, { ...jpegOptions, quality: 85 })
}
const webp = async () => {
  const encode = await jsquashEncoder(webpEncoder, '@jsquash/webp/codec/enc/webp_enc.wasm', import.meta.url)
  return (picture: Picture) => encode(picture, { ...webpOptions, quality: 85 })
}
