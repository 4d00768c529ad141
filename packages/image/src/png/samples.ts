import type { Header } from './header.ts'

/**
 * Reads the samples of a row as they are stored, most significant bits first.
 *
 * @param samples is filled; its length is a multiple of the samples of a pixel
 */
export function readSamples({ depth }: Header, row: Uint8Array, samples: Uint16Array): void {
  if (depth === 16) {
    for (let i = 0; i < samples.length; i++)
      samples[i] = ((row[2 * i] as number) << 8) | (row[2 * i + 1] as number)
  } else if (depth === 8) {
    samples.set(row)
  } else {
    const mask = 2 ** depth - 1
    for (let i = 0; i < samples.length; i++) {
      const bit = i * depth
      samples[i] = ((row[bit >> 3] as number) >> (8 - depth - (bit & 7))) & mask
    }
  }
}

/** Sample values to bytes: 0 to 2^depth − 1 becomes 0 to 255, rounded to the nearest. */
export function toByte(depth: number): (sample: number) => number {
  if (depth === 8) return (sample) => sample
  if (depth === 16) return (sample) => (sample * 255 + 32_895) >> 16
  const factor = 255 / (2 ** depth - 1)
  return (sample) => sample * factor
}
