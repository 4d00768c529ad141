import { TreadleError } from '@treadle/core'
import type { Samples, StoredImages } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { checkSound } from './sound.ts'

/** One array for each input or output of a model: a list in the model's order, or a map by the name of the layer. */
export type Arrays<T> = readonly T[] | Readonly<Record<string, T>>

/** Inputs of a model with any number of inputs, each row-major, shape [count, …input shape]. Bytes are scaled to fround(v / 255). */
export interface ArrayInputs {
  readonly kind: 'arrays'
  readonly inputs: Arrays<Uint8Array | Float32Array>
  readonly count: number
}

/** Samples of a model with any number of inputs and outputs. */
export interface ArraySamples extends ArrayInputs {
  /** Class indices [count] for a sparse categorical cross-entropy, otherwise targets [count, units]. */
  readonly targets: Arrays<Int32Array | Float32Array>
}

/** `ArraySamples` whose arrays are lists in the model's order. */
export interface ListedSamples extends ArraySamples {
  readonly inputs: readonly (Uint8Array | Float32Array)[]
  readonly targets: readonly (Int32Array | Float32Array)[]
  /** Bytes of the only input, in place of `inputs`. */
  readonly stored?: StoredImages
}

/** All forms of samples inside the trainer. */
export type ModelSamples = Samples | ListedSamples

/** The names of a model's inputs: those of their layers. */
export function inputNames(model: LayersModel): string[] {
  return model.inputs.map(({ sourceLayer }) => sourceLayer.name)
}

/** The names of a model's outputs: those of their layers. */
export function outputNames(model: LayersModel): string[] {
  return model.outputs.map(({ sourceLayer }) => sourceLayer.name)
}

/**
 * Puts the arrays of `samples` into the model's order. Other samples are checked and returned as they are.
 * @param what names the data in a message
 * @throws TreadleError `TRAINER_BAD_DATA`
 */
export function listed(samples: Samples | ArraySamples, model: LayersModel, what: string): ModelSamples {
  if (samples?.kind !== 'arrays') {
    checkSound(samples, what, true)
    return samples
  }
  return {
    ...samples,
    inputs: inOrder(samples.inputs, inputNames(model), `${what}: \`inputs\``),
    targets: inOrder(samples.targets ?? [], outputNames(model), `${what}: \`targets\``),
  }
}

/**
 * A list in the order of `names`, from a list or a map.
 * @throws TreadleError `TRAINER_BAD_DATA` unless there is one value for each name
 */
export function inOrder<T>(values: Arrays<T>, names: readonly string[], what: string): readonly T[] {
  const bad = (problem: string) =>
    new TreadleError('TRAINER_BAD_DATA', `${what} ${problem} Give one for each of ${names.join(', ')}.`)
  if (Array.isArray(values)) {
    if (values.length !== names.length) throw bad(`has ${values.length} values.`)
    return values as readonly T[]
  }
  if (values === null || typeof values !== 'object' || ArrayBuffer.isView(values))
    throw bad('must be a list or a map by name.')
  const map = values as Readonly<Record<string, T>>
  const odd = Object.keys(map).find((name) => !names.includes(name))
  if (odd !== undefined) throw bad(`has the name '${odd}', which the model does not have.`)
  return names.map((name) => {
    if (Object.hasOwn(map, name)) return map[name] as T
    throw bad(`lacks '${name}'.`)
  })
}
