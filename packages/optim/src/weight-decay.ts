import type { CommonOptions } from './common-options.ts'
import type { PlainUpdate } from './flat-parameters.ts'
import type { WeightShape } from './matrices.ts'
import { definitionOf, type Optimizer } from './optimizers/index.ts'
import { isNamed, namesNothing } from './weight-names.ts'

/** Weights of Keras's layers. A list of exclusions may name one that a model does not have. */
const ROLES = [
  'kernel',
  'bias',
  'gamma',
  'beta',
  'depthwise_kernel',
  'pointwise_kernel',
  'recurrent_kernel',
  'alpha',
]

/** The decay of a weight; 0 for one that is excluded. */
export function weightDecayOf(optimizer: Optimizer, weight: WeightShape): number {
  const { weightDecay = 0, excludeFromWeightDecay = [] } = optimizer
  if (excludeFromWeightDecay.some((entry) => isNamed(weight.name, entry))) return 0
  return definitionOf(optimizer).decay?.(optimizer, weight) ?? weightDecay
}

/** Throws for an exclusion from weight decay that names nothing. @param names of the trainable weights */
export function checkExclusions(
  { excludeFromWeightDecay = [] }: CommonOptions,
  names: readonly string[],
): void {
  for (const entry of excludeFromWeightDecay) {
    if (ROLES.includes(entry) || names.some((name) => isNamed(name, entry))) continue
    throw namesNothing('excludeFromWeightDecay', entry, names, ROLES)
  }
}

const f = Math.fround

/** Decoupled weight decay, Keras's form: w ← w − w·weightDecay·lr, before the update. */
export function decayWeights(decays: readonly number[]): PlainUpdate {
  return ({ weights: w, offsets }, scalars) => {
    const learningRate = scalars[0] as number
    decays.forEach((decay, index) => {
      if (decay === 0) return
      const wd = f(decay)
      for (let i = offsets[index] as number; i < (offsets[index + 1] as number); i++) {
        const value = w[i] as number
        w[i] = f(value - f(f(value * wd) * learningRate))
      }
    })
  }
}
