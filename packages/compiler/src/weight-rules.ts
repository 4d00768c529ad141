import type { LayerNode, Projection } from '@treadle/keras'

/** What is added to the loss for a weight, and what it is projected onto after each update. */
export interface WeightRules {
  /** Factors of l1·Σ|w| + l2·Σw²; 0 where there is no regularizer. */
  readonly l1: number
  readonly l2: number
  readonly projection: Projection | undefined
}

/** The rules of the weight `role` ('kernel', 'bias', 'gamma', 'beta') of a layer. */
export function rulesOf({ constraints, regularizers }: LayerNode, role: string): WeightRules {
  const factors = regularizers.find((one) => one.role === role)?.factors ?? { l1: 0, l2: 0 }
  return { ...factors, projection: constraints.find((one) => one.role === role)?.projection }
}

/** Why the regularizers and constraints of a layer cannot be compiled, or undefined. */
export function weightRefusal({ constraints, regularizers }: LayerNode): string | undefined {
  for (const { field, className, projection } of constraints)
    if (!projection)
      return `\`${field}\` (=${className}) is not supported; MaxNorm, MinMaxNorm, NonNeg and UnitNorm are`
  for (const { field, className, factors } of regularizers) {
    if (!factors) return `\`${field}\` (=${className}) is not supported; L1, L2 and L1L2 are`
  }
  return undefined
}
