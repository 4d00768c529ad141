import { createHash } from 'node:crypto'
import { type LabelledImages, Purpose, RandomStream, dropoutMask, permutation } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type NamedArray, encodeSafetensors } from './safetensors.ts'

export const batchSize = 32
export const dropoutRate = 0.5
const rows = 28
const units = 30

const dense = (name: string) => [`${name}/kernel`, `${name}/bias`]
const norm = (name: string) =>
  ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((weight) => `${name}/${weight}`)

/** The network's weights in layer order, within a layer in Keras's order. */
export const weightNames = [
  ...dense('dense_1'),
  ...norm('batch_normalization_1'),
  ...dense('dense_2'),
  ...norm('batch_normalization_2'),
  ...dense('output'),
]
export const trainableNames = weightNames.filter((name) => !name.includes('/moving_'))

/** One step's batch and dropout mask. */
export interface Batch {
  /** Indices of the images in the data set, shape [32]. */
  readonly indices: Uint32Array
  /** Pixels 0 to 255, shape [32, 28, 28]. */
  readonly images: Uint8Array
  /** Shape [32]. */
  readonly labels: Int32Array
  /** 1 for kept elements, 0 for dropped elements, shape [32, 28, 30]. */
  readonly mask: Uint8Array
}

/** The first `steps` batches of epoch 0 of a run with `seed`. */
export function traceBatches(samples: LabelledImages, seed: number, steps: number): Batch[] {
  const pixels = samples.height * samples.width
  const order = permutation(samples.count, new RandomStream(seed, Purpose.shuffle, { epoch: 0 }))
  return Array.from({ length: steps }, (_, step) => {
    const indices = order.slice(step * batchSize, (step + 1) * batchSize)
    const images = new Uint8Array(batchSize * pixels)
    indices.forEach((index, row) =>
      images.set(samples.images.subarray(index * pixels, (index + 1) * pixels), row * pixels),
    )
    const mask = new Uint8Array(batchSize * rows * units)
    dropoutMask(new RandomStream(seed, Purpose.dropout, { epoch: 0, step, stream: 0 }), dropoutRate, mask)
    return {
      indices,
      images,
      labels: Int32Array.from(indices, (index) => samples.labels[index] as number),
      mask,
    }
  })
}

/** A model's weights by Keras's names: `dense_1/kernel`. */
export function namedWeights(model: LayersModel): Map<string, NamedArray> {
  return new Map(
    model.weights.map((weight) => {
      const { shape } = weight
      return [
        weight.originalName,
        { shape: shape as number[], data: weight.read().dataSync<'float32'>().slice() },
      ]
    }),
  )
}

/** The safetensors input of scripts/keras_trace.py, and the SHA-256 of its arrays, which the file includes. */
export function encodeTraceInput(
  weights: ReadonlyMap<string, NamedArray>,
  batches: readonly Batch[],
): { bytes: Uint8Array; digest: string } {
  const steps = batches.length
  const arrays: Record<string, NamedArray> = {
    images: { shape: [steps, batchSize, rows, 28], data: joined(batches.map((b) => b.images)) },
    labels: { shape: [steps, batchSize], data: Int32Array.from(batches.flatMap((b) => [...b.labels])) },
    mask: { shape: [steps, batchSize, rows, units], data: joined(batches.map((b) => b.mask)) },
  }
  for (const [name, array] of weights) arrays[`weight/${name}`] = array
  const hash = createHash('sha256')
  for (const { data } of Object.values(arrays)) hash.update(data)
  const digest = hash.digest('hex')
  return { bytes: encodeSafetensors(arrays, { digest }), digest }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}
