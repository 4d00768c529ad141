import { TreadleError } from '@treadle/core'
import { compileInference, UnsupportedModelError } from '@treadle/compiler'
import { kernelHost } from '@treadle/runtime'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { breathe } from '#platform'
import type { ListedSamples, ModelSamples } from '../../data/arrays.ts'
import { inputShapes } from '../../data/check.ts'
import { gatherInputs, inputColumns, targetColumns } from '../../data/rows.ts'
import { partInMemory } from '../../data/stored.ts'
import type { TrainingPlan } from '../executor.ts'

/** Samples of one inference call. */
const ROWS = 256
/** Largest batch of the inference program. */
const MAX_BATCH = 64
/** Features are kept in memory twice: as arrays, and where the training program reads them. */
const MAX_BYTES = 2 ** 30

/** Computes the outputs of a network for samples from … to (exclusive), shape [to − from, …] each. */
type Outputs = (samples: ModelSamples, from: number, to: number) => Promise<readonly Float32Array[]>

/**
 * The samples with what a network makes of their inputs in inference mode: moving averages, no dropout. Compiled if it
 * can be.
 *
 * @param signal stops the computation early: then the features are not complete
 * @throws TreadleError `TRAINER_BAD_OPTION` if the features need more than 1 GiB
 */
export async function computeFeatures(
  network: LayersModel,
  samples: ModelSamples,
  runtime: TrainingPlan['runtime'],
  signal?: AbortSignal,
): Promise<ListedSamples> {
  const { count } = samples
  const sizes = network.outputs.map(({ shape }) => shape.slice(1).reduce<number>((a, b) => a * (b ?? 1), 1))
  checkSize(network, sizes, count)
  const inputs = sizes.map((size) => new Float32Array(count * size))
  const { outputs, dispose } = await open(network, count, runtime)
  try {
    for (let from = 0; from < count; from += ROWS) {
      await breathe()
      if (signal?.aborted) break
      const to = Math.min(from + ROWS, count)
      // Stored samples are read part by part.
      const [part, first] = await partInMemory(samples, from, to)
      const values = await outputs(part, first, first + to - from)
      sizes.forEach((size, i) => inputs[i]?.set(values[i] as Float32Array, from * size))
    }
  } finally {
    dispose()
  }
  return { kind: 'arrays', inputs, targets: targetColumns(samples).map(({ values }) => values), count }
}

function checkSize(network: LayersModel, sizes: readonly number[], count: number): void {
  const bytes = 4 * count * sizes.reduce((sum, size) => sum + size, 0)
  if (bytes <= MAX_BYTES) return
  const names = network.outputs.map(({ sourceLayer }) => sourceLayer.name).join(', ')
  throw new TreadleError(
    'TRAINER_BAD_OPTION',
    `train: \`cacheFeatures\`: the features of ${count} samples, the output of ${names}, need ${Math.ceil(bytes / 2 ** 20)} MiB, and at most 1024 MiB are kept. ` +
      'Freeze more layers, so that the features are smaller, or leave the option out.',
  )
}

async function open(
  network: LayersModel,
  count: number,
  runtime: TrainingPlan['runtime'],
): Promise<{ outputs: Outputs; dispose: () => void }> {
  try {
    const host = await kernelHost(runtime)
    const program = await compileInference(network, { host, batchSize: Math.min(count, MAX_BATCH) })
    return {
      outputs: (samples, from, to) =>
        program.runAll(
          inputColumns(samples).map(({ values, size }) => values.subarray(from * size, to * size)),
          to - from,
        ),
      dispose: () => program.dispose(),
    }
  } catch (error) {
    if (!(error instanceof UnsupportedModelError)) throw error
  }
  const shapes = inputShapes(network)
  const outputs: Outputs = async (samples, from, to) =>
    tf.tidy(() => {
      const inputs = inputColumns(samples).map((column, i) => {
        const x = new Float32Array((to - from) * column.size)
        gatherInputs(column, undefined, from, to, x)
        return tf.tensor(x, [to - from, ...(shapes[i] as number[])])
      })
      const results = [network.predictOnBatch(inputs.length === 1 ? (inputs[0] as tf.Tensor) : inputs)].flat()
      return results.map((one) => one.dataSync<'float32'>().slice())
    })
  return { outputs, dispose: () => {} }
}
