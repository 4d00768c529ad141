import * as tf from '@tensorflow/tfjs-core'
import type { Samples } from '@treadle/core'
import { gatherInputs, rowSize } from '../../data/rows.ts'
import type { EagerNetwork } from './network.ts'
import type { Pass } from './node.ts'

const inference: Pass = {
  training: false,
  multipliers: () => new Float32Array(),
  batchStatistics: () => {},
}

/** Logits of samples from … to (exclusive) with the model's variables as weights. Shape [to − from, units]. */
export function inferLogits(
  network: EagerNetwork,
  shape: readonly number[],
  samples: Samples,
  from: number,
  to: number,
): Float32Array {
  const x = new Float32Array((to - from) * rowSize(samples))
  gatherInputs(samples, undefined, from, to, x)
  return tf.tidy(() =>
    network
      .forward(tf.tensor(x, [to - from, ...shape]), inference)
      .dataSync<'float32'>()
      .slice(),
  )
}
