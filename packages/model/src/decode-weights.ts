import type { FileWeightValues, SavedNetwork } from '@treadle/keras'
import { bytesOf } from './model-json.ts'
import type { WeightSpec } from './model-json.ts'
import { notFinite } from './not-finite.ts'

/** A weight of a file: where its bytes are, and its values once they are decoded. */
export interface WeightOfFile extends FileWeightValues {
  readonly name: string
  readonly spec: WeightSpec
  readonly from: number
  values: Float32Array
}

const NO_VALUES = new Float32Array(0)

/**
 * The weights of a network by their names in the model, without their values.
 * @returns undefined where tfjs must decode them: integers, booleans and half floats
 */
export function weightsOfFile(
  specs: readonly WeightSpec[],
  weightName: SavedNetwork['weightName'],
): ReadonlyMap<string, WeightOfFile> | undefined {
  const weights = new Map<string, WeightOfFile>()
  let from = 0
  for (const spec of specs) {
    const name = spec.group === 'optimizer' ? undefined : weightName(spec.name)
    if (name !== undefined) {
      const isFloat = spec.dtype === 'float32' && spec.quantization?.dtype !== 'float16'
      if (!isFloat || weights.has(name)) return undefined
      weights.set(name, { name, spec, from, shape: spec.shape, values: NO_VALUES })
    }
    from += bytesOf(spec)
  }
  return weights
}

/**
 * Decodes the values of weights.
 * @param data the bytes of all weights of the file
 * @throws TreadleError `MODEL_NOT_FINITE`
 */
export function decodeWeights(weights: Iterable<WeightOfFile>, data: ArrayBuffer, location: string): void {
  for (const weight of weights) {
    const { name, spec, from } = weight
    weight.values = decode(spec, data.slice(from, from + bytesOf(spec)))
    const bad = weight.values.find((value) => !Number.isFinite(value))
    if (bad !== undefined) throw notFinite(`Loading a model from ${location}`, name, bad)
  }
}

function decode({ quantization }: WeightSpec, bytes: ArrayBuffer): Float32Array {
  if (quantization === undefined) return new Float32Array(bytes)
  const { dtype, scale = 1, min = 0 } = quantization as { dtype: string; scale?: number; min?: number }
  const codes = dtype === 'uint8' ? new Uint8Array(bytes) : new Uint16Array(bytes)
  return Float32Array.from(codes, (code) => code * scale + min)
}
