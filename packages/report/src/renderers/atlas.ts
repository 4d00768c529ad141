import type { LabelledImages } from '@treadle/core'
import { type Picture, encodePng } from '@treadle/image'
import { pictureOf } from '../sample-images.ts'
import { toBase64 } from './base64.ts'
import { Markup, markup } from './markup.ts'

/** Thumbnails are scaled down by a whole factor to fit this side. */
const largestSide = 32

/** Bytes of pixels in the atlas. PNG never grows them notably, base64 adds a third: this bounds the report's size. */
const pixelBudget = 1_250_000

const columns = 40

/** Small images in one PNG. Each is shown as a part of it. */
export interface Atlas {
  /** SVG that defines the PNG: once in the document, before any image. */
  readonly source: Markup
  /** An SVG element with the image of a test sample; undefined where the atlas lacks it. */
  thumbnail(sample: number, label: string): Markup | undefined
  /** The same for use within an SVG, at a place of it. */
  cutOut(sample: number, place: { x: number; y: number; side: number }): Markup | undefined
}

/** How many images of this size the atlas may hold. */
export function atlasCapacity(images: LabelledImages): number {
  const { height, width } = thumbnailSize(images)
  return Math.floor(pixelBudget / (height * width * (images.channels >= 3 ? 3 : 1)))
}

/** Packs the images of `samples`, each once, at most `atlasCapacity` of them. */
export function packAtlas(images: LabelledImages, samples: readonly number[]): Atlas {
  const { height, width, factor } = thumbnailSize(images)
  const kept = [...new Set(samples)].slice(0, atlasCapacity(images))
  const place = new Map(kept.map((sample, i) => [sample, i]))
  const colored = images.channels >= 3
  const channels = colored ? 3 : 1
  const across = Math.min(columns, Math.max(1, kept.length))
  const sheet = { width: across * width, height: Math.max(1, Math.ceil(kept.length / across)) * height }
  const data = new Uint8Array(sheet.width * sheet.height * channels)
  for (const [sample, i] of place) {
    const left = (i % across) * width
    const top = Math.floor(i / across) * height
    const picture = pictureOf(images, sample)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++)
          data[((top + y) * sheet.width + left + x) * channels + c] = boxMean(picture, y, x, c, factor)
  }
  const boxOf = (sample: number): string | undefined => {
    const i = place.get(sample)
    return i === undefined
      ? undefined
      : `${(i % across) * width} ${Math.floor(i / across) * height} ${width} ${height}`
  }
  const png = toBase64(encodePng({ ...sheet, data, channels }))
  return {
    source: markup`<svg class="atlas" aria-hidden="true" focusable="false"><defs><image id="atlas" width="${sheet.width}" height="${sheet.height}" href="data:image/png;base64,${new Markup(png)}"/></defs></svg>`,
    thumbnail(sample, label) {
      const box = boxOf(sample)
      return box === undefined
        ? undefined
        : markup`<svg class="thumb" viewBox="${box}" role="img" aria-label="${label}"><use href="#atlas"/></svg>`
    },
    cutOut(sample, { x, y, side }) {
      const box = boxOf(sample)
      return box === undefined
        ? undefined
        : markup`<svg class="tm-thumb" x="${x}" y="${y}" width="${side}" height="${side}" viewBox="${box}"><use href="#atlas"/></svg>`
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
  { data, height, width, channels }: Picture,
  y: number,
  x: number,
  channel: number,
  factor: number,
): number {
  let sum = 0
  for (let dy = 0; dy < factor; dy++)
    for (let dx = 0; dx < factor; dx++) {
      const row = Math.min(height - 1, y * factor + dy)
      const column = Math.min(width - 1, x * factor + dx)
      sum += data[(row * width + column) * channels + channel] as number
    }
  return Math.round(sum / (factor * factor))
}
