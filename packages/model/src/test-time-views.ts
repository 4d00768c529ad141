import type { Preprocessing } from '@treadle/core'
import { applyView, viewsOf } from '@treadle/image/views'
import type { Inputs } from './image/prepare.ts'
import type { Predictor } from './predictor.ts'
import { toProbabilities } from './probabilities.ts'

/**
 * The probabilities of images, averaged over several views of each. The views are added in their order in float64.
 * @param inputs shape [count, height, width, channels] of `preprocessing`
 * @param name of the test-time augmentation
 * @returns shape [count, classes]
 * @throws TreadleError `IMAGE_BAD_VIEWS`, `MODEL_NOT_FINITE`
 */
export async function averagedProbabilities(
  predictor: Predictor,
  inputs: Inputs,
  count: number,
  activation: 'softmax' | 'linear',
  preprocessing: Preprocessing,
  name: string,
): Promise<Float32Array> {
  const views = viewsOf('classify', name, preprocessing)
  let sums = new Float64Array()
  for (const view of views) {
    const outputs = await predictor.predict(applyView(inputs, preprocessing, view), count)
    const classes = outputs.length / count
    if (sums.length === 0) sums = new Float64Array(outputs.length)
    for (let at = 0; at < outputs.length; at += classes)
      for (const [i, p] of toProbabilities(outputs, activation, at, classes).entries()) sums[at + i]! += p
  }
  return Float32Array.from(sums, (sum) => sum / views.length)
}
