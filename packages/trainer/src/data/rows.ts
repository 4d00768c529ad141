import type { Samples } from '@treadle/core'

/** Float32 of v / 255 for each byte. */
const scaled = Float32Array.from({ length: 256 }, (_, v) => v / 255)

/** Number of input values of one sample. */
export function rowSize(samples: Samples): number {
  return samples.kind === 'images' ? samples.height * samples.width * samples.channels : samples.width
}

/**
 * Writes the inputs of samples order[from … to) to `out`, row-major, pixels as fround(v / 255).
 * @param order indices of samples; if undefined, the samples are from … to (exclusive)
 */
export function gatherInputs(
  samples: Samples,
  order: Uint32Array | undefined,
  from: number,
  to: number,
  out: Float32Array,
): void {
  const size = rowSize(samples)
  const source = samples.kind === 'images' ? samples.images : samples.features
  for (let i = from, at = 0; i < to; i++, at += size) {
    const start = (order ? (order[i] as number) : i) * size
    const row = source.subarray(start, start + size)
    if (row instanceof Uint8Array)
      for (let j = 0; j < size; j++) out[at + j] = scaled[row[j] as number] as number
    else out.set(row, at)
  }
}

/** Number of target values of one sample: 1 for class indices. */
function targetSize(samples: Samples): number {
  return samples.kind === 'images' ? 1 : samples.outputs
}

/** Labels, or targets (row-major), of samples order[from … to). Without `order` the result is a view. */
export function gatherTargets(
  samples: Samples,
  order: Uint32Array | undefined,
  from: number,
  to: number,
): Int32Array | Float32Array {
  const size = targetSize(samples)
  const source = samples.kind === 'images' ? samples.labels : samples.targets
  if (!order) return source.subarray(from * size, to * size)
  const out = samples.kind === 'images' ? new Int32Array(to - from) : new Float32Array((to - from) * size)
  for (let i = from; i < to; i++) {
    const start = (order[i] as number) * size
    for (let j = 0; j < size; j++) out[(i - from) * size + j] = source[start + j] as number
  }
  return out
}

/** Samples from … to (exclusive) as a view of the same memory. */
export function sliceSamples(samples: Samples, from: number, to: number): Samples {
  const size = rowSize(samples)
  if (samples.kind === 'images') {
    return {
      ...samples,
      images: samples.images.subarray(from * size, to * size),
      labels: samples.labels.subarray(from, to),
      count: to - from,
    }
  }
  return {
    ...samples,
    features: samples.features.subarray(from * size, to * size),
    targets: samples.targets.subarray(from * samples.outputs, to * samples.outputs),
    count: to - from,
  }
}
