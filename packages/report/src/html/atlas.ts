import type { LabelledImages } from '@treadle/core'
import { encodePng } from '@treadle/image'
import { Markup, markup } from '../markup.ts'

/** Thumbnails are scaled down by a whole factor to fit this side. */
const largestSide = 32

/** Bytes of pixels in the atlas. PNG never grows them notably, base64 adds a third: this bounds the report's size. */
const pixelBudget = 1_250_000

const columns = 40

/** Small images, all in one PNG, each shown by a cut-out of it. */
export interface Atlas {
  /** Stands once in the page, before any cut-out. */
  readonly source: Markup
  /** The image of a row, or nothing where it is not in the atlas. */
  thumbnail(row: number, label: string): Markup | undefined
}

/** How many images of this size the atlas may hold. */
export function atlasCapacity(images: LabelledImages): number {
  const { height, width } = thumbnailSize(images)
  return Math.floor(pixelBudget / (height * width * (images.channels >= 3 ? 3 : 1)))
}

/** Packs the images of `rows` (without repeats, at most `atlasCapacity` of them are taken). */
export function packAtlas(images: LabelledImages, rows: readonly number[]): Atlas {
  const { height, width, factor } = thumbnailSize(images)
  const kept = [...new Set(rows)].slice(0, atlasCapacity(images))
  const place = new Map(kept.map((row, i) => [row, i]))
  const colored = images.channels >= 3
  const channels = colored ? 3 : 1
  const across = Math.min(columns, Math.max(1, kept.length))
  const sheet = { width: across * width, height: Math.max(1, Math.ceil(kept.length / across)) * height }
  const data = new Uint8Array(sheet.width * sheet.height * channels)
  for (const [row, i] of place) {
    const left = (i % across) * width
    const top = Math.floor(i / across) * height
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++)
          data[((top + y) * sheet.width + left + x) * channels + c] = boxMean(images, row, y, x, c, factor)
  }
  const png = toBase64(encodePng({ ...sheet, data, channels }))
  return {
    source: markup`<svg class="atlas" aria-hidden="true" focusable="false"><defs><image id="atlas" width="${sheet.width}" height="${sheet.height}" href="data:image/png;base64,${new Markup(png)}"/></defs></svg>`,
    thumbnail(row, label) {
      const i = place.get(row)
      if (i === undefined) return undefined
      const box = `${(i % across) * width} ${Math.floor(i / across) * height} ${width} ${height}`
      return markup`<svg class="thumb" viewBox="${box}" role="img" aria-label="${label}"><use href="#atlas"/></svg>`
    },
  }
}

function thumbnailSize({ height, width }: LabelledImages) {
  const factor = Math.ceil(Math.max(height, width) / largestSide)
  return {
    height: Math.max(1, Math.floor(height / factor)),
    width: Math.max(1, Math.floor(width / factor)),
    factor,
  }
}

/** Mean of the `factor` × `factor` pixels that make up thumbnail pixel (y, x). */
function boxMean(
  images: LabelledImages,
  row: number,
  y: number,
  x: number,
  channel: number,
  factor: number,
): number {
  let sum = 0
  for (let dy = 0; dy < factor; dy++)
    for (let dx = 0; dx < factor; dx++) {
      const line = Math.min(images.height - 1, y * factor + dy)
      const column = Math.min(images.width - 1, x * factor + dx)
      sum += images.images[
        ((row * images.height + line) * images.width + column) * images.channels + channel
      ] as number
    }
  return Math.round(sum / (factor * factor))
}

/** Base64 of bytes, in pieces that an argument list can hold. */
function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(binary)
}
