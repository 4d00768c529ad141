import * as tf from '@tensorflow/tfjs-core'
import type { Samples } from '@treadle/core'
import { gatherInputs, rowSize } from '../../data/rows.ts'
import type { Graph } from './graph.ts'
import type { Pass } from './node.ts'

const inference: Pass = {
  training: false,
  multipliers: () => new Float32Array(),
  batchStatistics: () => {},
}

/** Logits of rows from … to with the weights that the model's variables hold. Shape [to − from, units]. */
export function inferLogits(
  graph: Graph,
  shape: readonly number[],
  samples: Samples,
  from: number,
  to: number,
): Float32Array {
  const x = new Float32Array((to - from) * rowSize(samples))
  gatherInputs(samples, undefined, from, to, x)
  return tf.tidy(() =>
    graph
      .forward(tf.tensor(x, [to - from, ...shape]), inference)
      .dataSync<'float32'>()
      .slice(),
  )
}
