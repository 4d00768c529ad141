import type { Samples } from '@treadle/core'
import {
  compileInference,
  compileTraining,
  trainingRefusal,
  UnsupportedModelError,
  type Host,
  type InferenceProgram,
  type TrainingProgram,
} from '@treadle/compiler'
import { kernelHost } from '@treadle/runtime'
import { rowSize } from '../data/rows.ts'
import { LazyVariables } from './lazy-variables.ts'
import type {
  Chunk,
  ChunkResult,
  Executor,
  ExecutorFactory,
  ExecutorState,
  TraceResult,
  TraceStep,
  TrainingPlan,
} from './executor.ts'

/** Runs a whole training step as one WebAssembly program on the runtime's threads. */
export const compiled: ExecutorFactory = {
  name: 'compiled',
  refusal: ({ model, head }) => {
    if (model.trainableWeights.length === 0) return { reason: 'the model has no trainable weights' }
    return trainingRefusal(model, lossOf(head))
  },
  async create(plan) {
    const host = await kernelHost(plan.runtime)
    const { model, optimizer, batchSize, seed, head, samples, sampleWeight } = plan
    const program = await compileTraining(model, { host, optimizer, batchSize, seed, ...lossOf(head) })
    program.bind({ ...dataOf(samples, head), weights: sampleWeight, count: samples.count })
    return new CompiledExecutor(plan, host, program)
  },
}

class CompiledExecutor implements Executor {
  readonly name = 'compiled'
  readonly infersAsEvaluate = true
  readonly #plan: TrainingPlan
  readonly #host: Host
  readonly #program: TrainingProgram
  readonly #variables: LazyVariables
  #inference: InferenceProgram | undefined
  /** Whether `#inference` holds the current weights. */
  #fresh = false

  constructor(plan: TrainingPlan, host: Host, program: TrainingProgram) {
    this.#plan = plan
    this.#host = host
    this.#program = program
    this.#variables = new LazyVariables(plan.model)
  }

  async run(chunk: Chunk): Promise<ChunkResult> {
    this.#beforeChange()
    const { losses, metricSums } = await this.#program.run(chunk)
    return { losses: Float32Array.from(losses), metricSums: Float32Array.from(metricSums) }
  }

  #beforeChange(): void {
    this.#fresh = false
    // A variable that is read before the next `push` returns the values of the last `push`.
    if (this.#variables.waiting) this.#variables.set(this.#program.holdWeights())
  }

  async logits(samples: Samples, from: number, to: number): Promise<Float32Array> {
    const { model, head } = this.#plan
    const output = head.activation === 'linear' ? 'outputs' : 'logits'
    this.#inference ??= await compileInference(model, {
      host: this.#host,
      output,
      weightsOf: this.#program,
    })
    if (!this.#fresh) this.#inference.refreshWeights()
    this.#fresh = true
    return this.#inference.run(inputsOf(samples, from, to), to - from)
  }

  async trace(step: TraceStep): Promise<TraceResult> {
    this.#beforeChange()
    const { rows, x, y, sampleWeight } = step
    const targets = labelsOf(y, this.#plan.head)
    return this.#program.trace({ inputs: x, targets, weights: sampleWeight, count: rows }, step)
  }

  load({ weights, slots }: ExecutorState): void {
    this.#beforeChange()
    this.#program.writeWeights(weights)
    this.#program.writeSlots(slots)
  }

  save(): ExecutorState {
    return { weights: this.#program.readWeights(), slots: this.#program.readSlots() }
  }

  push(): void {
    this.#variables.set(() => this.#program.readWeights())
  }

  dispose(): void {
    try {
      this.#variables.write()
    } finally {
      this.#inference?.dispose()
      this.#program.dispose()
    }
  }
}

/** A compiled program that computes a model's logits with the weights at the time of compilation. */
export interface CompiledLogits {
  /** Logits of samples from … to (exclusive), row-major, shape [to − from, head.units]. */
  readonly logits: (samples: Samples, from: number, to: number) => Promise<Float32Array>
  dispose(): void
}

/** Largest batch of an inference program. */
const MAX_BATCH = 64

/** Compiles `model` for calls of up to `rows` samples. Returns undefined if a layer is not supported. */
export async function compileLogits(
  model: TrainingPlan['model'],
  head: TrainingPlan['head'],
  runtime: TrainingPlan['runtime'],
  rows: number,
): Promise<CompiledLogits | undefined> {
  try {
    const output = head.activation === 'linear' ? 'outputs' : 'logits'
    const host = await kernelHost(runtime)
    // A smaller batch needs less memory.
    const batchSize = Math.max(1, Math.min(rows, MAX_BATCH))
    const program = await compileInference(model, { host, output, batchSize })
    return {
      logits: (samples, from, to) => program.run(inputsOf(samples, from, to), to - from),
      dispose: () => program.dispose(),
    }
  } catch (error) {
    if (error instanceof UnsupportedModelError) return undefined
    throw error
  }
}

function lossOf({ loss, activation, labelSmoothing }: TrainingPlan['head']) {
  return { loss, fromLogits: activation === 'linear', labelSmoothing }
}

function inputsOf(samples: Samples, from = 0, to = samples.count): Uint8Array | Float32Array {
  const size = rowSize(samples)
  return (samples.kind === 'images' ? samples.images : samples.features).subarray(from * size, to * size)
}

function dataOf(samples: Samples, head: TrainingPlan['head']) {
  return {
    inputs: inputsOf(samples),
    targets: labelsOf(samples.kind === 'images' ? samples.labels : samples.targets, head),
  }
}

/** Class indices as int32 for sparse losses, any other targets as float32. */
function labelsOf(y: Int32Array | Float32Array, { loss }: TrainingPlan['head']): Int32Array | Float32Array {
  if (loss === 'sparseCategoricalCrossentropy') return y instanceof Int32Array ? y : Int32Array.from(y)
  return y instanceof Float32Array ? y : Float32Array.from(y)
}
