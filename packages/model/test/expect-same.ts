import { tensor } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { expect } from 'vitest'

function predictions(model: LayersModel): Float32Array {
  const shape = [2, ...((model.inputs[0] as SymbolicTensor).shape.slice(1) as number[])]
  const size = shape.reduce((product, dimension) => product * dimension, 1)
  const input = tensor(
    Float32Array.from({ length: size }, (_, index) => (index % 97) / 97),
    shape,
  )
  const output = model.predict(input) as Tensor
  const result = output.dataSync() as Float32Array
  input.dispose()
  output.dispose()
  return result
}

/** Holds two networks to the same weights and the same answers. */
export function expectSame(found: LayersModel, expected: LayersModel): void {
  expect(predictions(found)).toEqual(predictions(expected))
  expect(found.weights.map((weight) => weight.read().dataSync())).toEqual(
    expected.weights.map((weight) => weight.read().dataSync()),
  )
}
