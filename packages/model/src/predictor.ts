import { tensor } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** Runs a network on rows. The one place that knows how: tfjs today. */
export interface Predictor {
  /**
   * @param inputs shape [count, …input]
   * @returns shape [count, outputs]
   */
  predict(inputs: Float32Array, count: number): Promise<Float32Array>
}

const MOST_ROWS = 256

/** A predictor that has tfjs run the network layer by layer. The model stays the caller's. */
export function createPredictor(model: LayersModel): Predictor {
  const inputShape = (model.inputs[0]?.shape.slice(1) ?? []) as number[]
  return {
    async predict(inputs, count) {
      const rows = tensor(inputs, [count, ...inputShape])
      const outputs = model.predict(rows, { batchSize: MOST_ROWS }) as Tensor
      rows.dispose()
      try {
        return (await outputs.data<'float32'>()).slice()
      } finally {
        outputs.dispose()
      }
    },
  }
}
