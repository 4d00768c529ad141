import type { LayersModel } from '@tensorflow/tfjs-layers'
import { product } from './layout.ts'
import { compilableGraph } from './graph.ts'

/** Below this many operations a step is not worth a second part. */
const SMALL = 200_000
/** Parts that can be shared between 1, 2, 4 and 8 threads alike. */
const PARTS = 8
const MOST = 32
/** Samples a part should have at least before there are more than `PARTS`: their rows then fill a first-level cache. */
const SAMPLES = 8

/**
 * How many parts a step's rows are split into: fixed by model and batch size, whatever the number of threads, so
 * that sums come out the same for all.
 */
export function chooseShards(model: LayersModel, batchSize: number): number {
  const work = compilableGraph(model).nodes.reduce(
    (sum, { config, inputShapes, shape }) =>
      sum + (config.kind === 'Dense' ? 6 * product(shape) * (inputShapes[0]?.at(-1) ?? 0) : product(shape)),
    0,
  )
  if (work * batchSize < SMALL) return 1
  if (batchSize <= PARTS) return batchSize
  return Math.min(MOST, Math.max(PARTS, Math.floor(batchSize / SAMPLES / 8) * 8))
}
