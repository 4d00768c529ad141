import type { LabelledImages, StoredImages } from '@treadle/core'

/** Images whose bytes are elsewhere, and how many bytes were given at once. */
export function storedCopy(images: LabelledImages, memory: number) {
  const { height, width, channels, count } = images
  const size = height * width * channels
  const whole = images.images.slice()
  const seen = { most: 0, failing: false }
  const view = (rows: Uint32Array): StoredImages => {
    const take = (indices: Uint32Array) => {
      if (seen.failing) throw new Error('the file was cut')
      const bytes = new Uint8Array(indices.length * size)
      indices.forEach((index, i) => {
        const row = rows[index] as number
        bytes.set(whole.subarray(row * size, (row + 1) * size), i * size)
      })
      seen.most = Math.max(seen.most, bytes.length)
      return bytes
    }
    return {
      count: rows.length,
      size,
      memory,
      read: (from, to) => take(Uint32Array.from({ length: to - from }, (_, i) => from + i)),
      gather: async (indices) => take(indices),
      select: (indices) => view(Uint32Array.from(indices, (index) => rows[index] as number)),
    }
  }
  const stored = view(Uint32Array.from({ length: count }, (_, i) => i))
  return { samples: { ...images, images: new Uint8Array(0), stored }, seen }
}
