import { compileInference, UnsupportedModelError, type InferenceProgram } from '@treadle/compiler'
import { isTreadleError } from '@treadle/core'
import { joined } from './joined.ts'
import { activeRuntime, kernelHost } from '@treadle/runtime'
import { getBackend, tensor } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** Runs a network on samples, with the weights it had when the predictor was created. */
export interface Predictor {
  /**
   * Overlapping calls run one after the other. A few samples are answered without a promise if no call is pending.
   * @param inputs shape [count, …input]; bytes stand for fround(v / 255)
   * @returns shape [count, outputs]
   */
  predict(inputs: Inputs, count: number): Float32Array | Promise<Float32Array>
  /** Frees the program after pending calls have finished. */
  dispose(): Promise<void>
}

type Inputs = Float32Array | Uint8Array
type Run = (inputs: Inputs, count: number) => Promise<Float32Array>

/** Bounds the memory of a long list of images. */
const MAX_BATCH = 256

/**
 * Creates a predictor. It runs the network as one compiled program, in the active runtime or else in its own memory; a
 * network that cannot be compiled runs layer by layer on tfjs. The caller still owns the model.
 */
export function createPredictor(model: LayersModel): Predictor {
  const weights = model.weights.map((weight) => weight.read().dataSync<'float32'>().slice())
  let program: InferenceProgram | undefined
  let run: Run | undefined
  /** Settles when the earlier calls have finished: a program runs one call at a time. */
  let last: Promise<unknown> = Promise.resolve()
  let unanswered = 0

  async function start(): Promise<Run> {
    program = await compile(model, weights)
    return program ? program.run.bind(program) : layerByLayer(model)
  }

  async function predict(inputs: Inputs, count: number): Promise<Float32Array> {
    run ??= await start()
    if (count <= MAX_BATCH) return run(inputs, count)
    const size = inputs.length / count
    const parts: Float32Array[] = []
    for (let from = 0; from < count; from += MAX_BATCH) {
      const to = Math.min(from + MAX_BATCH, count)
      parts.push(await run(inputs.subarray(from * size, to * size), to - from))
    }
    return joined(parts, Float32Array)
  }

  return {
    predict(inputs, count) {
      const now = unanswered === 0 ? program?.runNow(inputs, count) : undefined
      if (now) return now
      unanswered += 1
      const answer = last.then(() => predict(inputs, count))
      const answered = () => {
        unanswered -= 1
      }
      last = answer.then(answered, answered)
      return answer
    },
    async dispose() {
      await last
      program?.dispose()
      program = undefined
    },
  }
}

/** Returns undefined where tfjs must run the model: a layer cannot be compiled, or the kernels cannot be loaded. */
async function compile(
  model: LayersModel,
  weights: readonly Float32Array[],
): Promise<InferenceProgram | undefined> {
  const active = activeRuntime()
  const runtime = active?.backendName === getBackend() ? active : undefined
  try {
    const program = await compileInference(model, { host: await kernelHost(runtime) })
    program.writeWeights(weights)
    return program
  } catch (error) {
    if (error instanceof UnsupportedModelError) return undefined
    if (!runtime && isTreadleError(error) && error.code === 'KERNELS_NOT_LOADED') return undefined
    throw error
  }
}

function layerByLayer(model: LayersModel): Run {
  const inputShape = (model.inputs[0]?.shape.slice(1) ?? []) as number[]
  return async (inputs, count) => {
    const values = inputs instanceof Float32Array ? inputs : Float32Array.from(inputs, (value) => value / 255)
    const rows = tensor(values, [count, ...inputShape])
    const outputs = model.predict(rows, { batchSize: MAX_BATCH }) as Tensor
    rows.dispose()
    try {
      return (await outputs.data<'float32'>()).slice()
    } finally {
      outputs.dispose()
    }
  }
}
