import type { LabelledImages, Samples } from '@treadle/core'
import { platform } from '#platform'

/** Stored images that are in memory at once. */
const BLOCK = 64

/** SHA-256 of each array, for data that has no published files. */
export function digestSamples(parts: Readonly<Record<string, Samples>>): Record<string, string> {
  const digests: Record<string, string> = {}
  for (const [part, samples] of Object.entries(parts)) {
    const arrays: Record<string, Iterable<Uint8Array | Int32Array | Float32Array>> = samples.kind === 'images'
      ? { images: imageBlocks(samples), labels: [samples.labels] }
      : { features: [samples.features], targets: [samples.targets] }
    for (const [name, blocks] of Object.entries(arrays)) {
      const hasher = platform.sha256()
      for (const { buffer, byteOffset, byteLength } of blocks)
        hasher.update(new Uint8Array(buffer, byteOffset, byteLength))
      digests[`${part}-${name}`] = hasher.digest()
    }
  }
  return digests
}

function* imageBlocks({ images, stored, count }: LabelledImages): Generator<Uint8Array, void, void> {
  if (!stored) yield images
  else for (let at = 0; at < count; at += BLOCK) yield stored.read(at, Math.min(count, at + BLOCK))
}
