import { TreadleError, show } from '@treadle/core'
import { toProbabilities } from './probabilities.ts'

export interface Prediction {
  readonly className: string
  /** Index in `classNames`. */
  readonly classIndex: number
  /** In [0, 1]. The probabilities of all classes of one image sum to 1. */
  readonly probability: number
}

export interface RankOptions {
  /** How many of the most probable classes are returned. Default: all. */
  readonly topK?: number | undefined
}

/**
 * The classes of each image with their probabilities, the most probable first.
 * @param outputs of the network, shape [count, classes]
 * @throws TreadleError `MODEL_BAD_OPTION`, `MODEL_NOT_FINITE`
 */
export function ranked(
  outputs: Float32Array,
  count: number,
  activation: 'softmax' | 'linear',
  classNames: readonly string[],
  { topK }: RankOptions,
): Prediction[][] {
  checkTopK(topK)
  const classes = classNames.length
  const images: Prediction[][] = []
  for (let image = 0; image < count; image++) {
    const predictions = rank(toProbabilities(outputs, activation, image * classes, classes), classNames)
    images.push(topK === undefined ? predictions : predictions.slice(0, topK))
  }
  return images
}

/** The most probable first. For few classes, `sort` takes several times as long. */
function rank(probabilities: readonly number[], classNames: readonly string[]): Prediction[] {
  const predictions: Prediction[] = []
  for (let label = 0; label < probabilities.length; label++) {
    const probability = probabilities[label] as number
    let at = label
    for (; at > 0 && predictions[at - 1]!.probability < probability; at--)
      predictions[at] = predictions[at - 1]!
    predictions[at] = { className: classNames[label] as string, classIndex: label, probability }
  }
  return predictions
}

function checkTopK(topK: number | undefined): void {
  if (topK === undefined || (Number.isSafeInteger(topK) && topK >= 1)) return
  throw new TreadleError('MODEL_BAD_OPTION', `\`topK\` (=${show(topK)}) must be an integer of at least 1.`)
}
