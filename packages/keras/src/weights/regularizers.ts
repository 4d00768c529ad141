import type { Fields } from '../layers/fields.ts'

/** What a layer adds to the loss for one of its weights, or for its output. */
export interface Regularizer {
  /** The field of the layer's configuration: 'kernelRegularizer', 'activityRegularizer', … */
  readonly field: string
  /** The weight it applies to: 'kernel', 'bias', 'gamma', …; 'activity' stands for the layer's output. */
  readonly role: string
  readonly className: string
  /** Factors of l1·Σ|w| + l2·Σw²; absent for a regularizer of another kind. */
  readonly factors: { readonly l1: number; readonly l2: number } | undefined
}

interface Serialized {
  readonly className: string
  readonly config?: { readonly l1?: number | null; readonly l2?: number | null }
}

const suffix = 'Regularizer'

/** The regularizers of a layer, by its configuration. */
export function regularizersOf(fields: Fields): Regularizer[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    if (!field.endsWith(suffix) || value == null) return []
    const { className, config } = value as Serialized
    const factors = className === 'L1L2' ? { l1: config?.l1 ?? 0, l2: config?.l2 ?? 0 } : undefined
    return [{ field, role: field.slice(0, -suffix.length), className, factors }]
  })
}
