import { compileInference, UnsupportedModelError, type InferenceProgram } from '@treadle/compiler/inference'
import { isTreadleError } from '@treadle/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Inputs } from './image/prepare.ts'
import { joined } from './joined.ts'
import { holdHost } from './program-host.ts'
import type { HeldHost, ProgramHostOptions } from './program-host.ts'
import { samplesAtOnce } from './rough-size.ts'

/** Runs a network on samples, with the weights it had when the predictor was created. */
export interface Predictor {
  /**
   * Overlapping calls run one after the other. A few samples are answered without a promise if no call is pending.
   * @param inputs shape [count, …input]; bytes stand for fround(v / 255)
   * @returns shape [count, outputs]
   */
  predict(inputs: Inputs, count: number): Float32Array | Promise<Float32Array>
  /** The same on the calling thread; undefined before the first `predict` has compiled the network, or if it runs on tfjs. */
  predictSync(inputs: Inputs, count: number): Float32Array | undefined
  /** Frees the program after pending calls have finished. */
  dispose(): Promise<void>
}

type Run = (inputs: Inputs, count: number) => Promise<Float32Array>

/** Bounds the memory of a long list of images. */
const MAX_BATCH = 256

/** A network as one program, and the memory and threads in which it runs. */
export interface CompiledNetwork {
  readonly program: InferenceProgram
  release(): Promise<void>
}

/**
 * Compiles a network with its present weights.
 * @throws UnsupportedModelError for a network with a layer that cannot be compiled
 * @throws TreadleError what `holdHost` throws
 */
export async function compileNetwork(
  model: LayersModel,
  options: ProgramHostOptions,
): Promise<CompiledNetwork> {
  // A predictor has one array of inputs and one of outputs.
  if (model.inputs.length > 1 || model.outputs.length > 1)
    throw new UnsupportedModelError('it has more than one input or output')
  const held: HeldHost = await holdHost(options)
  try {
    const program = await compileInference(model, { host: held.host, batchSize: samplesAtOnce(model) })
    return { program, release: () => held.release() }
  } catch (error) {
    await held.release()
    throw error
  }
}

/**
 * Creates a predictor for a model of tfjs, which compiles it at the first samples. A network that cannot be compiled
 * runs layer by layer on tfjs. The caller still owns the model.
 */
export function createPredictor(model: LayersModel, options: ProgramHostOptions = {}): Predictor {
  const weights = model.weights.map((weight) => weight.read().dataSync<'float32'>().slice())

  async function compile(): Promise<CompiledNetwork | undefined> {
    try {
      const compiled = await compileNetwork(model, options)
      compiled.program.writeWeights(weights)
      return compiled
    } catch (error) {
      if (error instanceof UnsupportedModelError) return undefined
      // tfjs may have another backend that runs the model.
      const own = options.runtime ?? options.binaries
      if (own === undefined && isTreadleError(error) && error.code === 'KERNELS_NOT_LOADED') return undefined
      throw error
    }
  }

  return new QueuedPredictor(async () => {
    const compiled = await compile()
    if (compiled) return compiled
    const { layerByLayer } = await import('./layer-by-layer.ts')
    return layerByLayer(model)
  })
}

/** A predictor for a network that is compiled already; it disposes the program. */
export function predictorOf(compiled: CompiledNetwork): Predictor {
  return new QueuedPredictor(async () => compiled, compiled)
}

/** A predictor that answers by `run`, one call after the other. */
export function queued(run: Run): Predictor {
  return new QueuedPredictor(async () => run)
}

class QueuedPredictor implements Predictor {
  readonly #start: () => Promise<CompiledNetwork | Run>
  #compiled: CompiledNetwork | undefined
  #run: Run | undefined
  /** Settles when the earlier calls have finished: a program runs one call at a time. */
  #last: Promise<unknown> = Promise.resolve()
  #unanswered = 0

  constructor(start: () => Promise<CompiledNetwork | Run>, compiled?: CompiledNetwork) {
    this.#start = start
    this.#compiled = compiled
  }

  predict(inputs: Inputs, count: number): Float32Array | Promise<Float32Array> {
    const now = this.#unanswered === 0 ? this.#compiled?.program.runNow(inputs, count) : undefined
    if (now) return now
    this.#unanswered += 1
    const answer = this.#last.then(() => this.#predict(inputs, count))
    const answered = () => {
      this.#unanswered -= 1
    }
    this.#last = answer.then(answered, answered)
    return answer
  }

  predictSync(inputs: Inputs, count: number): Float32Array | undefined {
    return this.#unanswered === 0 ? this.#compiled?.program.runSync(inputs, count) : undefined
  }

  async #predict(inputs: Inputs, count: number): Promise<Float32Array> {
    const run = (this.#run ??= await this.#started())
    if (count <= MAX_BATCH) return run(inputs, count)
    const size = inputs.length / count
    const parts: Float32Array[] = []
    for (let from = 0; from < count; from += MAX_BATCH) {
      const to = Math.min(from + MAX_BATCH, count)
      parts.push(await run(inputs.subarray(from * size, to * size), to - from))
    }
    return joined(parts, Float32Array)
  }

  async #started(): Promise<Run> {
    const started = await this.#start()
    if (typeof started === 'function') return started
    this.#compiled = started
    return (inputs, count) => started.program.run(inputs, count)
  }

  async dispose(): Promise<void> {
    await this.#last
    const compiled = this.#compiled
    this.#compiled = undefined
    compiled?.program.dispose()
    await compiled?.release()
  }
}
