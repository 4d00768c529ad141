import type { ModelSamples } from './arrays.ts'

/** Float32 of v / 255 for each byte. */
const scaled = Float32Array.from({ length: 256 }, (_, v) => v / 255)

/** An array of all samples, and how many of its values belong to one sample. */
export interface Column<T> {
  readonly values: T
  readonly size: number
}

/** The inputs of the model, in its order. Those of stored samples are empty: `ChunkReader` and `partInMemory` read them. */
export function inputColumns(samples: ModelSamples): readonly Column<Uint8Array | Float32Array>[] {
  switch (samples.kind) {
    case 'images':
      return [{ values: samples.images, size: samples.height * samples.width * samples.channels }]
    case 'table':
      return [{ values: samples.features, size: samples.width }]
    case 'arrays':
      return samples.inputs.map((values) => ({ values, size: values.length / samples.count }))
  }
}

/** The targets of the model's outputs, in its order: of size 1 for class indices. */
export function targetColumns(samples: ModelSamples): readonly Column<Int32Array | Float32Array>[] {
  switch (samples.kind) {
    case 'images':
      return [{ values: samples.labels, size: 1 }]
    case 'table':
      return [{ values: samples.targets, size: samples.outputs }]
    case 'arrays':
      return samples.targets.map((values) => ({ values, size: values.length / samples.count }))
  }
}

/**
 * Writes values of samples order[from … to) to `out`, row-major, bytes as fround(v / 255).
 * @param order indices of samples; if undefined, the samples are from … to (exclusive)
 */
export function gatherInputs(
  { values, size }: Column<Uint8Array | Float32Array>,
  order: Uint32Array | undefined,
  from: number,
  to: number,
  out: Float32Array,
): void {
  for (let i = from, at = 0; i < to; i++, at += size) {
    const start = (order ? (order[i] as number) : i) * size
    const row = values.subarray(start, start + size)
    if (row instanceof Uint8Array)
      for (let j = 0; j < size; j++) out[at + j] = scaled[row[j] as number] as number
    else out.set(row, at)
  }
}

/** Labels, or targets (row-major), of samples order[from … to). Without `order` the result is a view. */
export function gatherTargets(
  { values, size }: Column<Int32Array | Float32Array>,
  order: Uint32Array | undefined,
  from: number,
  to: number,
): Int32Array | Float32Array {
  if (!order) return values.subarray(from * size, to * size)
  const length = (to - from) * size
  const out = values instanceof Int32Array ? new Int32Array(length) : new Float32Array(length)
  for (let i = from; i < to; i++) {
    const start = (order[i] as number) * size
    for (let j = 0; j < size; j++) out[(i - from) * size + j] = values[start + j] as number
  }
  return out
}

/** Samples from … to (exclusive) as a view of the same memory. */
export function sliceSamples<S extends ModelSamples>(samples: S, from: number, to: number): S
export function sliceSamples(samples: ModelSamples, from: number, to: number): ModelSamples {
  const count = to - from
  const cut = <T extends Int32Array | Float32Array | Uint8Array>({ values, size }: Column<T>) =>
    values.subarray(from * size, to * size) as T
  const inputs = inputColumns(samples).map(cut)
  const targets = targetColumns(samples).map(cut)
  const stored =
    'stored' in samples && samples.stored
      ? { stored: samples.stored.select(Uint32Array.from({ length: count }, (_, i) => from + i)) }
      : {}
  switch (samples.kind) {
    case 'images': {
      const [images, labels] = [inputs[0] as Uint8Array, targets[0] as Int32Array]
      return { ...samples, images, labels, count, ...stored }
    }
    case 'table':
      return { ...samples, features: inputs[0] as Float32Array, targets: targets[0] as Float32Array, count }
    case 'arrays':
      return { ...samples, inputs, targets, count, ...stored }
  }
}
