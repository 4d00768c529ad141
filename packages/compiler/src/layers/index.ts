import type { LayerRule } from '../network.ts'
import { activation, reLU } from './activation.ts'
import { add } from './add.ts'
import { batchNormalization } from './batch-normalization.ts'
import { concatenate } from './concatenate.ts'
import { dense } from './dense.ts'
import { dropout } from './dropout.ts'
import { flatten, reshape } from './flatten.ts'
import { input } from './input.ts'
import { softmax } from './softmax.ts'

const rules: readonly LayerRule[] = [
  activation,
  add,
  batchNormalization,
  concatenate,
  dense,
  dropout,
  flatten,
  input,
  reLU,
  reshape,
  softmax,
]

export const layerRules: ReadonlyMap<string, LayerRule> = new Map(rules.map((rule) => [rule.kind, rule]))
