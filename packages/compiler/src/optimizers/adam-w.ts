import { adamDefaults, adamRanges, adamRuleWith, type AdamMoments } from './adam.ts'
import { checked, notNegative, type OptimizerRule } from './optimizer.ts'

export interface AdamW extends AdamMoments {
  readonly name: 'adamW'
  /** Each step first takes weightDecay × learning rate of every trainable weight away. */
  readonly weightDecay: number
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
 * @param options those of `adam`, and weightDecay 0.004
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function adamW(options: Partial<Omit<AdamW, 'name'>> = {}): AdamW {
  return checked(
    { name: 'adamW', ...adamDefaults, weightDecay: 0.004, ...options },
    { ...adamRanges, weightDecay: notNegative },
  )
}

export const adamWRule: OptimizerRule<AdamW> = adamRuleWith(({ weightDecay }) => weightDecay)
