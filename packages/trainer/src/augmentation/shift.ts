import type { FieldMetadata } from '@treadle/core'
import * as z from 'zod/mini'
import { type PixelAugmentation, numbersOf } from './definition.ts'

export const shiftDefinition: PixelAugmentation<number> = {
  schema: z._default(z.int().check(z.gte(0), z.lte(8192)), 0).register(z.globalRegistry, {
    description:
      'Move images by up to this many pixels, down or up and right or left; the border shows their mirror image',
    unit: 'pixels',
  } satisfies FieldMetadata),
  rule(pixels, { height, width }) {
    const most = Math.min(height, width)
    return pixels > most ? `at most ${most}, the shorter side of the images` : undefined
  },
  apply({ pixels, height, width, channels, scratch }, most, draw) {
    const numbers = numbersOf(draw)
    const dy = numbers.below(2 * most + 1, 0) - most
    const dx = numbers.below(2 * most + 1, 1) - most
    if (dy === 0 && dx === 0) return
    scratch.set(pixels)
    const size = width * channels
    // Columns that show columns of the image; those of the border show its mirror image.
    const inside = Math.max(0, dx)
    const outside = Math.min(width, width + dx)
    const border = Array.from({ length: Math.abs(dx) }, (_, i) => (dx > 0 ? i : outside + i))
    for (let y = 0; y < height; y++) {
      const from = reflected(y - dy, height) * size
      const to = y * size
      for (let i = inside * channels; i < outside * channels; i++)
        pixels[to + i] = scratch[from + i - dx * channels] as number
      for (const x of border) {
        const source = from + reflected(x - dx, width) * channels
        for (let c = 0; c < channels; c++) pixels[to + x * channels + c] = scratch[source + c] as number
      }
    }
  },
}

/** The index in [0, length) of a pixel at most `length` beyond a border: … 1 0 | 0 1 2 … */
function reflected(index: number, length: number): number {
  if (index < 0) return -1 - index
  return index < length ? index : 2 * length - 1 - index
}

/**
 * Moves images by up to `pixels` in both directions, each distance as likely as any other. It is the random crop of the
 * image after `pixels` pixels of padding with its mirror image (NumPy's `symmetric`).
 */
export const shift = (pixels: number) => ({ shift: pixels })
