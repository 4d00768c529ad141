import { TreadleError } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ListedSamples, ModelSamples } from '../../data/arrays.ts'
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
import { computeFeatures } from './compute-features.ts'
import { splitNetwork, type SplitNetwork } from './split-network.ts'

/**
 * Executors that compute the features of the samples once, by inference, and train the rest of the network on them. A
 * state has all weights of the network.
 */
export function withCachedFeatures(factory: ExecutorFactory, signal?: AbortSignal): ExecutorFactory {
  return {
    ...factory,
    async create(plan) {
      const network = splitNetwork(plan.model)
      try {
        const samples = await computeFeatures(network.base, plan.samples, plan.runtime, signal)
        const { augmenter: _, ...rest } = plan
        const { head: model } = network
        const executor = await factory.create({ ...rest, model, samples, penalties: findPenalties(model) })
        return new CachedFeaturesExecutor(plan, network, executor)
      } catch (error) {
        network.restore()
        throw error
      }
    },
  }
}

class CachedFeaturesExecutor implements Executor {
  readonly name
  // The features are rounded once more than values inside one program.
  readonly infersAsEvaluate = false
  readonly #plan: TrainingPlan
  readonly #network: SplitNetwork
  readonly #head: Executor
  /** Of the whole network: those of frozen layers never change. */
  readonly #weights: readonly Float32Array[]
  /** Of each weight of the head among all weights, and of each that trains among those that train. */
  readonly #places: { readonly weights: readonly number[]; readonly slots: readonly number[] }
  readonly #features = new WeakMap<ModelSamples, ListedSamples>()

  constructor(plan: TrainingPlan, network: SplitNetwork, head: Executor) {
    const { model } = plan
    this.name = head.name
    this.#plan = plan
    this.#network = network
    this.#head = head
    this.#weights = model.weights.map((weight) => weight.read().dataSync<'float32'>().slice())
    this.#places = {
      weights: network.head.weights.map((weight) => model.weights.indexOf(weight)),
      slots: network.head.trainableWeights.map((weight) => model.trainableWeights.indexOf(weight)),
    }
  }

  run(chunk: Chunk): Promise<ChunkResult> {
    return this.#head.run(chunk)
  }

  async logits(samples: ModelSamples, from: number, to: number): Promise<Float32Array[]> {
    let features = this.#features.get(samples)
    if (!features) {
      features = await computeFeatures(this.#network.base, samples, this.#plan.runtime)
      this.#features.set(samples, features)
    }
    return this.#head.logits(features, from, to)
  }

  async trace(step: TraceStep): Promise<TraceResult> {
    const samples: ListedSamples = { kind: 'arrays', inputs: step.x, targets: [], count: step.rows }
    const { inputs } = await computeFeatures(this.#network.base, samples, this.#plan.runtime)
    const { gradients, ...result } = await this.#head.trace({ ...step, x: inputs as Float32Array[] })
    return { ...result, gradients: spread(gradients, this.#places.slots) }
  }

  load({ weights, slots }: ExecutorState): void {
    const { weights: places, slots: slotPlaces } = this.#places
    weights.forEach((values, i) => {
      if (!places.includes(i)) assertSame(this.#plan.model, i, values, this.#weights[i] as Float32Array)
    })
    this.#head.load({
      weights: places.map((place) => weights[place] as Float32Array),
      slots: Object.fromEntries(
        Object.entries(slots).map(([name, list]) => [
          name,
          slotPlaces.map((place) => list[place] as Float32Array),
        ]),
      ),
    })
  }

  save(): ExecutorState {
    const { weights, slots } = this.#head.save()
    const all = [...this.#weights]
    this.#places.weights.forEach((place, i) => {
      all[place] = weights[i] as Float32Array
    })
    return {
      weights: all,
      slots: Object.fromEntries(
        Object.entries(slots).map(([name, list]) => [name, spread(list, this.#places.slots)]),
      ),
    }
  }

  push(): void {
    this.#head.push()
  }

  dispose(): void {
    this.#head.dispose()
    this.#network.restore()
  }
}

/** The values in the order of the whole network. */
function spread(values: readonly Float32Array[], places: readonly number[]): Float32Array[] {
  const all: Float32Array[] = []
  places.forEach((place, i) => {
    all[place] = values[i] as Float32Array
  })
  return all
}

function assertSame(model: LayersModel, index: number, values: Float32Array, own: Float32Array): void {
  if (values.length === own.length && values.every((value, i) => Object.is(value, own[i]))) return
  throw new TreadleError(
    'TRAINER_RESUME_MISMATCH',
    `resume: the state has other values of the frozen weight \`${model.weights[index]?.originalName}\` than the model. Use the model of the original run.`,
  )
}
