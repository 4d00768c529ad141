import type { LayerNode } from '@treadle/keras'

/** Factors of the L1/L2 regularizer of the weight `role` ('kernel', 'bias', 'gamma', 'beta'); 0 where there is none. */
export function regularizerOf({ regularizers }: LayerNode, role: string): { l1: number; l2: number } {
  return regularizers.find((one) => one.role === role)?.factors ?? { l1: 0, l2: 0 }
}

/** Why the regularizers and constraints of a layer cannot be compiled, or undefined. */
export function weightRefusal({ constraints, regularizers }: LayerNode): string | undefined {
  const [constraint] = constraints
  if (constraint) return `\`${constraint.field}\` (=${constraint.className}) is not supported`
  for (const { field, role, className, factors } of regularizers) {
    if (role === 'activity') return `\`${field}\` (=${className}) is not supported`
    if (!factors) return `\`${field}\` (=${className}) is not supported; L1, L2 and L1L2 are`
  }
  return undefined
}
