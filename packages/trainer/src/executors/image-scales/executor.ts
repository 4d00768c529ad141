import type { LabelledImages } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { AugmentedImages } from '../../augmentation/augmented-images.ts'
import type { ModelSamples } from '../../data/arrays.ts'
import { findPenalties } from '../../regularizers.ts'
import type {
  Chunk,
  ChunkResult,
  Executor,
  ExecutorFactory,
  ExecutorState,
  TraceResult,
  TraceStep,
  TrainingPlan,
} from '../executor.ts'
import { modelAtSize } from './model-at-size.ts'
import { imageResizer, readInChunks } from './resized-samples.ts'
import { scaledSize } from './image-size.ts'

/**
 * Executors that train the first epochs on smaller images (progressive resizing, Howard, 2018): one executor for each
 * size, with the same weights. All other work is at the full size.
 * @param images of the training at their full size
 * @param scales of epoch 0, 1, …; the full size after the list
 */
export function withImageScales(
  factory: ExecutorFactory,
  images: LabelledImages,
  scales: readonly number[],
): ExecutorFactory {
  return {
    ...factory,
    async create(plan) {
      const full = await factory.create(plan)
      const { augmenter, ...rest } = plan
      const classes = plan.heads[0]?.units ?? 0
      let augmented: AugmentedImages | undefined
      const scaled = new ScaledExecutor(full, scales, () => augmented?.dispose())
      try {
        augmented = augmenter && (await AugmentedImages.create(augmenter, plan.runtime))
        for (const scale of new Set(scales)) {
          const size = scaledSize(images, scale)
          if (size.height === images.height && size.width === images.width) continue
          const model = modelAtSize(plan.model, images, size)
          const samples = readInChunks(plan.samples)
          const resize = imageResizer(images, size)
          // Images are augmented at their full size, and then resized.
          const prepare: TrainingPlan['prepare'] = async (epoch, rows, bytes) => {
            const made = await augmented?.makeBytes(epoch, rows, bytes, classes)
            return { images: resize(made?.images ?? bytes), labels: made?.labels }
          }
          const small = { ...rest, model, samples, prepare, penalties: findPenalties(model) }
          scaled.add(
            scale,
            model,
            await factory.create(small).catch((error: unknown) => {
              model.dispose()
              throw error
            }),
          )
        }
        return scaled
      } catch (error) {
        scaled.dispose()
        throw error
      }
    },
  }
}

class ScaledExecutor implements Executor {
  readonly name
  readonly infersAsEvaluate
  readonly #full: Executor
  readonly #scales: readonly number[]
  readonly #release: () => void
  readonly #small = new Map<number, { readonly model: LayersModel; readonly executor: Executor }>()
  /** The executor that holds the current weights. */
  #current: Executor
  /** Whether `#full` holds them too. */
  #synced = true

  constructor(full: Executor, scales: readonly number[], release: () => void) {
    this.#release = release
    this.name = full.name
    this.infersAsEvaluate = full.infersAsEvaluate
    this.#full = full
    this.#current = full
    this.#scales = scales
  }

  add(scale: number, model: LayersModel, executor: Executor): void {
    this.#small.set(scale, { model, executor })
  }

  run(chunk: Chunk): Promise<ChunkResult> {
    const executor = this.#small.get(this.#scales[chunk.epoch] ?? 1)?.executor ?? this.#full
    if (executor !== this.#current) executor.load(this.#current.save())
    this.#current = executor
    this.#synced = executor === this.#full
    return executor.run(chunk)
  }

  logits(samples: ModelSamples, from: number, to: number): Promise<Float32Array[]> {
    this.#sync()
    return this.#full.logits(samples, from, to)
  }

  trace(step: TraceStep): Promise<TraceResult> {
    this.#sync()
    this.#current = this.#full
    return this.#full.trace(step)
  }

  load(state: ExecutorState): void {
    this.#full.load(state)
    this.#current = this.#full
    this.#synced = true
  }

  save(): ExecutorState {
    return this.#current.save()
  }

  push(): void {
    this.#sync()
    this.#full.push()
  }

  dispose(): void {
    for (const { model, executor } of this.#small.values()) {
      executor.dispose()
      model.dispose()
    }
    this.#full.dispose()
    this.#release()
  }

  /** Validation and the model's variables are at the full size. */
  #sync(): void {
    if (!this.#synced) this.#full.load(this.#current.save())
    this.#synced = true
  }
}
