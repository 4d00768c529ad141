import type { Samples } from '@treadle/core'
import { platform } from '#platform'

/** SHA-256 of each array, for data that has no published files. */
export function digestSamples(parts: Readonly<Record<string, Samples>>): Record<string, string> {
  const digests: Record<string, string> = {}
  for (const [part, samples] of Object.entries(parts)) {
    const arrays: Record<string, Uint8Array | Int32Array | Float32Array> =
      samples.kind === 'images'
        ? { images: samples.images, labels: samples.labels }
        : { features: samples.features, targets: samples.targets }
    for (const [name, array] of Object.entries(arrays)) {
      const hasher = platform.sha256()
      hasher.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
      digests[`${part}-${name}`] = hasher.digest()
    }
  }
  return digests
}
