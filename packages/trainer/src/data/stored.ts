import type { StoredImages } from '@treadle/core'
import type { Chunk, TrainingPlan } from '../executors/executor.ts'
import type { ListedSamples, ModelSamples } from './arrays.ts'
import { gatherTargets, targetColumns } from './rows.ts'

/** Copies of a chunk that are in memory: as it is read, the next one, in WebAssembly, and one to spare. */
const COPIES = 4

/** The images of samples that are in a file. */
export const storedImages = (samples: ModelSamples): StoredImages | undefined =>
  samples.kind === 'table' ? undefined : samples.stored

/** The most steps of a chunk, which bounds the memory of stored samples; at least one step. */
export function mostSteps({ samples, batchSize }: TrainingPlan): number {
  const stored = storedImages(samples)
  if (!stored) return Number.POSITIVE_INFINITY
  return Math.max(1, Math.floor(stored.memory / (COPIES * batchSize * stored.size)))
}

/** The samples of a chunk of steps in memory. */
export interface ChunkInMemory {
  /** In the order in which the steps use them. */
  readonly samples: ListedSamples
  /** Their indices among all samples. */
  readonly rows: Uint32Array
  /** In place of the epoch's order: `samples` by the position in it. */
  readonly order: Uint32Array
  readonly weights: Float32Array | undefined
}

/** Reads the stored samples of a plan chunk by chunk, and the next chunk ahead of time. */
export class ChunkReader {
  readonly #plan: TrainingPlan
  readonly #stored: StoredImages
  #ahead:
    | { readonly order: Uint32Array; readonly from: number; readonly images: Promise<Uint8Array> }
    | undefined

  private constructor(plan: TrainingPlan, stored: StoredImages) {
    this.#plan = plan
    this.#stored = stored
  }

  /** Undefined for samples that are in memory. */
  static of(plan: TrainingPlan): ChunkReader | undefined {
    const stored = storedImages(plan.samples)
    return stored && new ChunkReader(plan, stored)
  }

  /** The samples of a chunk. */
  async read({ epoch, order, firstStep, steps }: Chunk): Promise<ChunkInMemory> {
    const { samples, batchSize, prepare, sampleWeight } = this.#plan
    const from = firstStep * batchSize
    const to = Math.min(samples.count, from + steps * batchSize)
    const rows = order.subarray(from, to)
    const images = await this.#images(order, from, to)
    const targets = targetColumns(samples).map((column) => gatherTargets(column, order, from, to))
    const prepared = await prepare?.(epoch, rows, images)
    const places = new Uint32Array(to)
    for (let i = from; i < to; i++) places[i] = i - from
    return {
      samples: {
        kind: 'arrays',
        inputs: [prepared?.images ?? images],
        targets: prepared?.labels ? [prepared.labels] : targets,
        count: to - from,
      },
      rows,
      order: places,
      weights: sampleWeight && Float32Array.from(rows, (row) => sampleWeight[row] as number),
    }
  }

  async #images(order: Uint32Array, from: number, to: number): Promise<Uint8Array> {
    const length = (to - from) * this.#stored.size
    let images: Uint8Array = new Uint8Array(0)
    if (this.#ahead?.order === order && this.#ahead.from === from) images = await this.#ahead.images
    const there = from + images.length / this.#stored.size
    if (there < to) {
      const rest = await this.#stored.gather(order.subarray(there, to))
      const joined = new Uint8Array(length)
      joined.set(images)
      joined.set(rest, images.length)
      images = joined
    }
    const next = this.#stored.gather(order.subarray(to, to + (to - from)))
    next.catch(() => {}) // It is reported when its turn comes.
    this.#ahead = { order, from: to, images: next }
    return images.subarray(0, length)
  }
}

/** The samples from … to (exclusive), and the first of them in the result: a copy if they are stored. */
export async function partInMemory(
  samples: ModelSamples,
  from: number,
  to: number,
): Promise<readonly [samples: ModelSamples, first: number]> {
  if (samples.kind !== 'images' || !samples.stored) return [samples, from]
  const { stored, labels, ...form } = samples
  const images = await stored.gather(Uint32Array.from({ length: to - from }, (_, i) => from + i))
  return [{ ...form, images, labels: labels.subarray(from, to), count: to - from }, 0]
}
