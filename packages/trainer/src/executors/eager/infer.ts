import * as tf from '@tensorflow/tfjs-core'
import type { ModelSamples } from '../../data/arrays.ts'
import { gatherInputs, inputColumns } from '../../data/rows.ts'
import type { EagerNetwork } from './network.ts'
import type { Pass } from './node.ts'

const inference: Pass = {
  training: false,
  mask: () => new Uint8Array(),
  noise: () => new Float32Array(),
  batchStatistics: () => {},
}

/**
 * Logits of each output for samples from … to (exclusive) with the model's variables as weights.
 * @param shapes of one sample of each input
 * @returns shape [to − from, units] each
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
    return network.forward(inputs, inference).map((logits) => logits.dataSync<'float32'>().slice())
  })
}
