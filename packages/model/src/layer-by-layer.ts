import { TreadleError } from '@treadle/core'
import { getBackend, setBackend, tensor, tidy } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { freeRecurrentMasks } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** Samples that tfjs takes at once. */
const BATCH = 256

/**
 * Runs a model on tfjs.
 * @param backend the backend that holds the model's weights
 * @returns a function from samples, as a predictor takes them, to outputs. It throws `MODEL_NOT_RUNNABLE` if tfjs does
 * not support an operation of the model
 */
export function layerByLayer(
  model: LayersModel,
  backend: string = getBackend(),
): (inputs: Float32Array | Uint8Array, count: number) => Promise<Float32Array> {
  const inputShape = (model.inputs[0]?.shape.slice(1) ?? []) as number[]
  return async (inputs, count) => {
    const values = inputs instanceof Float32Array ? inputs : Float32Array.from(inputs, (value) => value / 255)
    const outputs = onBackend(backend, () =>
      tidy(() => predict(model, tensor(values, [count, ...inputShape]))),
    )
    try {
      return (await outputs.data<'float32'>()).slice()
    } finally {
      outputs.dispose()
      freeRecurrentMasks(model)
    }
  }
}

function predict(model: LayersModel, samples: Tensor): Tensor {
  try {
    return model.predict(samples, { batchSize: BATCH }) as Tensor
  } catch (cause) {
    throw new TreadleError(
      'MODEL_NOT_RUNNABLE',
      `Running the model \`${model.name}\` layer by layer: TensorFlow.js does not support an operation of it (${(cause as Error).message}). ` +
        'Change the layer or its settings, or run the model where it was made.',
      { cause },
    )
  }
}

/** Runs operations on a backend that has started. On another one they would move the model's weights there. */
function onBackend<Result>(backend: string, operations: () => Result): Result {
  // None where the active backend was removed.
  const active = getBackend() as string | null
  if (active === backend) return operations()
  // tfjs changes to a backend that has started before the promise is made.
  void setBackend(backend)
  try {
    return operations()
  } finally {
    if (active !== null) void setBackend(active)
  }
}
