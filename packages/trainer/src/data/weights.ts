import { TreadleError, show } from '@treadle/core'
import type { ModelSamples } from './arrays.ts'
import type { TrainOptions } from '../options.ts'

/**
 * Class weight × sample weight of each training sample; undefined if neither is given.
 * @param train the training samples after a split: the first samples of `whole`
 * @param whole the samples before a split; `sampleWeight` has one value for each of them
 */
export function combineWeights(
  train: ModelSamples,
  whole: ModelSamples,
  { classWeight, sampleWeight }: Pick<TrainOptions, 'classWeight' | 'sampleWeight'>,
): Float32Array | undefined {
  if (!classWeight && !sampleWeight) return undefined
  const weights = new Float32Array(train.count).fill(1)
  if (sampleWeight) {
    if (sampleWeight.length !== whole.count) {
      throw fail(
        `train: \`sampleWeight\` has ${sampleWeight.length} values, but there are ${whole.count} samples. Give one value per sample.`,
      )
    }
    for (let i = 0; i < weights.length; i++) {
      const value = sampleWeight[i] as number
      if (bad(value)) throw fail(`train: \`sampleWeight[${i}]\` (=${show(value)}) must be a number ≥ 0.`)
      weights[i] = value
    }
  }
  if (classWeight) {
    if (train.kind !== 'images')
      throw fail('train: `classWeight` is for images with class labels; use `sampleWeight` for a table.')
    for (const [label, value] of Object.entries(classWeight)) {
      if (!/^\d+$/.test(label))
        throw fail(
          `train: \`classWeight\` has the key '${label}'; its keys are class indices, such as { 0: 1, 1: 5 }.`,
        )
      if (bad(value)) throw fail(`train: \`classWeight[${label}]\` (=${show(value)}) must be a number ≥ 0.`)
    }
    for (let i = 0; i < weights.length; i++) {
      weights[i] = (weights[i] as number) * (classWeight[train.labels[i] as number] ?? 1)
    }
  }
  return weights
}

function bad(value: number): boolean {
  return !(Number.isFinite(value) && value >= 0)
}

function fail(message: string): TreadleError {
  return new TreadleError('TRAINER_BAD_WEIGHT', message)
}
