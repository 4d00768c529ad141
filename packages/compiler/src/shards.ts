import { shardsFor } from '@treadle/kernels'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { product } from './layout.ts'
import { compilableGraph } from './graph.ts'
import { layerRules } from './layers/index.ts'

/** The number of parts that a step's samples are split into, fixed by model and batch size. */
export function chooseShards(model: LayersModel, batchSize: number): number {
  const work = compilableGraph(model).nodes.reduce(
    (sum, node) => sum + (layerRules.get(node.config.kind)?.work?.(node) ?? product(node.shape)),
    0,
  )
  return shardsFor(work, batchSize)
}
