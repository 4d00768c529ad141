import { losses as lossTable, readGraph, type Head, type LossName } from '@treadle/keras'
import {
  compileInference,
  compileTraining,
  trainingRefusal,
  UnsupportedModelError,
  type Host,
  type InferenceProgram,
  type OutputLoss,
  type TrainingChunk,
  type TrainingProgram,
} from '@treadle/compiler'
import { kernelHost } from '@treadle/runtime'
import type { ModelSamples } from '../data/arrays.ts'
import { inputColumns, targetColumns } from '../data/rows.ts'
import { ChunkReader } from '../data/stored.ts'
import { measuredOutputs } from '../metrics/measure.ts'
import { LazyVariables } from './lazy-variables.ts'
import { softmaxReason } from './softmax-axis.ts'
import {
  wantsOutputs,
  type Chunk,
  type ChunkResult,
  type Executor,
  type ExecutorFactory,
  type ExecutorState,
  type TraceResult,
  type TraceStep,
  type TrainingPlan,
} from './executor.ts'

/** Runs a whole training step as one WebAssembly program on the runtime's threads. */
export const compiled: ExecutorFactory = {
  name: 'compiled',
  refusal: ({ model, heads }) => {
    if (model.trainableWeights.length === 0) return { reason: 'the model has no trainable weights' }
    if (heads.some(({ loss }) => loss === 'custom')) return { reason: 'the loss is a function of your own' }
    const softmax = readGraph(model).nodes.find((node) => softmaxReason(node))
    if (softmax) return { layer: softmax.name, reason: softmaxReason(softmax) as string }
    return trainingRefusal(model, { loss: lossesOf(heads) })
  },
  async create(plan) {
    const host = await kernelHost(plan.runtime)
    const { model, optimizer, seed, heads, samples, sampleWeight } = plan
    // No step has more samples than there are: memory is reserved, and work shared out, for these.
    const batchSize = Math.min(plan.batchSize, samples.count)
    const program = await compileTraining(model, {
      host,
      optimizer,
      batchSize,
      seed,
      loss: lossesOf(heads),
      keepLogits: wantsOutputs(plan),
      augmented: plan.augmenter?.augmented,
    })
    const chunks = ChunkReader.of(plan)
    if (!chunks) program.bind({ ...dataOf(samples, heads), weights: sampleWeight, count: samples.count })
    return new CompiledExecutor(plan, host, program, chunks)
  },
}

class CompiledExecutor implements Executor {
  readonly name = 'compiled'
  readonly infersAsEvaluate = true
  readonly #plan: TrainingPlan
  readonly #host: Host
  readonly #program: TrainingProgram
  readonly #variables: LazyVariables
  /** Of stored samples. */
  readonly #chunks: ChunkReader | undefined
  #inference: InferenceProgram | undefined
  /** Whether `#inference` holds the current weights. */
  #fresh = false

  constructor(plan: TrainingPlan, host: Host, program: TrainingProgram, chunks: ChunkReader | undefined) {
    this.#plan = plan
    this.#chunks = chunks
    this.#host = host
    this.#program = program
    this.#variables = new LazyVariables(plan.model)
  }

  async run(chunk: Chunk): Promise<ChunkResult> {
    const change = (await this.#bindStored(chunk)) ?? this.#augment(chunk)
    this.#beforeChange()
    const { losses, outputs } = await this.#program.run({ ...chunk, ...change })
    const { heads } = this.#plan
    return {
      losses: Float32Array.from(losses),
      outputs: outputs.map((one, i) => ({
        losses: Float32Array.from(one.losses),
        metricSums: Float32Array.from(one.metricSums),
        ...(one.logits && { outputs: measured(heads[i] as Head, one.logits) }),
      })),
    }
  }

  /** Binds the samples of a chunk, if they are stored. @returns where they are, and how they are augmented */
  async #bindStored(chunk: Chunk): Promise<Pick<TrainingChunk, 'order' | 'pixels'> | undefined> {
    const read = await this.#chunks?.read(chunk)
    if (!read) return undefined
    const { samples, order, weights } = read
    const { heads, augmenter } = this.#plan
    const { inputs, targets } = dataOf(samples, heads)
    const made = augmenter?.ofRows(chunk.epoch, read.rows, inputs[0] as Uint8Array, this.#classes)
    this.#program.bind({
      inputs: made ? [made.source] : inputs,
      targets: made?.labels ? [made.labels] : targets,
      weights,
      count: order.length,
    })
    return { order, pixels: made?.pixels }
  }

  /** How the images of a chunk are augmented. Writes their labels, if they are mixed, over those that are bound. */
  #augment({ epoch, order, firstStep, steps }: Chunk): Pick<TrainingChunk, 'pixels'> {
    const { samples, batchSize, augmenter } = this.#plan
    if (!augmenter) return {}
    const from = firstStep * batchSize
    const rows = order.subarray(from, Math.min(samples.count, from + steps * batchSize))
    const classes = this.#classes
    const { pixels, labels } = augmenter.ofAll(epoch, rows, classes)
    if (labels) {
      const targets = this.#program.targetFloats()
      for (const [i, index] of rows.entries())
        targets.set(labels.subarray(i * classes, (i + 1) * classes), index * classes)
    }
    return { pixels }
  }

  /** Of soft labels. */
  get #classes(): number {
    return (this.#plan.heads[0] as Head).units
  }

  #beforeChange(): void {
    this.#fresh = false
    // A variable that is read before the next `push` returns the values of the last `push`.
    if (this.#variables.waiting) this.#variables.set(this.#program.holdWeights())
  }

  async logits(samples: ModelSamples, from: number, to: number): Promise<Float32Array[]> {
    this.#inference ??= await compileInference(this.#plan.model, {
      host: this.#host,
      output: 'logits',
      activity: true,
      weightsOf: this.#program,
    })
    if (!this.#fresh) this.#inference.refreshWeights()
    this.#fresh = true
    return this.#inference.runAll(inputsOf(samples, from, to), to - from)
  }

  async trace(step: TraceStep): Promise<TraceResult> {
    this.#beforeChange()
    const { rows, x, y, sampleWeight } = step
    const targets = y.map((values, i) => labelsOf(values, this.#plan.heads[i] as Head))
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
  /** Logits of each output for samples from … to (exclusive), row-major, shape [to − from, units]. */
  readonly logits: (samples: ModelSamples, from: number, to: number) => Promise<Float32Array[]>
  dispose(): void
}

/** Largest batch of an inference program. */
const MAX_BATCH = 64

/** Compiles `model` for calls of up to `rows` samples. Returns undefined if a layer is not supported. */
export async function compileLogits(
  model: TrainingPlan['model'],
  runtime: TrainingPlan['runtime'],
  rows: number,
): Promise<CompiledLogits | undefined> {
  try {
    const host = await kernelHost(runtime)
    // A smaller batch needs less memory.
    const batchSize = Math.max(1, Math.min(rows, MAX_BATCH))
    const program = await compileInference(model, { host, output: 'logits', activity: true, batchSize })
    return {
      logits: (samples, from, to) => program.runAll(inputsOf(samples, from, to), to - from),
      dispose: () => program.dispose(),
    }
  } catch (error) {
    if (error instanceof UnsupportedModelError) return undefined
    throw error
  }
}

/** Of heads without a loss of the user's own. */
function lossesOf(heads: readonly Head[]): OutputLoss[] {
  return heads.map(({ loss, activation, labelSmoothing, weight, delta }) => ({
    loss: loss as LossName,
    fromLogits: activation === 'linear',
    labelSmoothing,
    weight,
    delta,
  }))
}

/** A cross-entropy is computed from logits, every other loss from the model's outputs, which are measured as they are. */
function measured(head: Head, values: Float32Array): Float32Array {
  const fromLogits = lossTable[head.loss as LossName].activation !== undefined
  return fromLogits ? measuredOutputs(head, values) : values
}

function inputsOf(samples: ModelSamples, from = 0, to = samples.count): (Uint8Array | Float32Array)[] {
  return inputColumns(samples).map(({ values, size }) => values.subarray(from * size, to * size))
}

function dataOf(samples: ModelSamples, heads: readonly Head[]) {
  return {
    inputs: inputsOf(samples),
    targets: targetColumns(samples).map(({ values }, i) => labelsOf(values, heads[i] as Head)),
  }
}

/** Class indices as int32 for sparse losses, any other targets as float32. */
function labelsOf(y: Int32Array | Float32Array, { loss }: Head): Int32Array | Float32Array {
  if (loss === 'sparseCategoricalCrossentropy') return y instanceof Int32Array ? y : Int32Array.from(y)
  return y instanceof Float32Array ? y : Float32Array.from(y)
}
