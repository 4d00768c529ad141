import * as tf from '@tensorflow/tfjs-core'
import type { ModelSamples } from '../../data/arrays.ts'
import { activityOfSamples } from '../../activity.ts'
import { gatherInputs, inputColumns } from '../../data/rows.ts'
import type { EagerNetwork } from './network.ts'
import type { Pass } from './node.ts'

const inference = {
  training: false,
  mask: () => new Uint8Array(),
  noise: () => new Float32Array(),
  batchStatistics: () => {},
} satisfies Omit<Pass, 'activity'>

/**
 * Logits of each output for samples from … to (exclusive) with the model's variables as weights.
 * @param shapes of one sample of each input
 * @returns shape [to − from, units] each, then the activity regularization of each sample, shape [to − from], for each call
 * of a layer that has it
 */
export function inferLogits(
  network: EagerNetwork,
  shapes: readonly (readonly number[])[],
  samples: ModelSamples,
  from: number,
  to: number,
): Float32Array[] {
  return tf.tidy(() => {
    const inputs = inputColumns(samples).map((column, i) => {
      const x = new Float32Array((to - from) * column.size)
      gatherInputs(column, undefined, from, to, x)
      return tf.tensor(x, [to - from, ...(shapes[i] as number[])])
    })
    const regularization: Float32Array[] = []
    const pass: Pass = {
      ...inference,
      activity(factors, output) {
        const values = output.dataSync<'float32'>()
        for (const one of factors)
          regularization.push(Float32Array.from(activityOfSamples(one, values, to - from)))
      },
    }
    const logits = network.forward(inputs, pass).map((one) => one.dataSync<'float32'>().slice())
    return [...logits, ...regularization]
  })
}
