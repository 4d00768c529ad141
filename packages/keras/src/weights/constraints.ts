import type { Fields } from '../layers/fields.ts'

/** What a layer projects one of its weights onto after each update. */
export interface Constraint {
  /** The field of the layer's configuration: 'kernelConstraint', … */
  readonly field: string
  /** The weight it applies to: 'kernel', 'bias', 'gamma', … */
  readonly role: string
  readonly className: string
}

const suffix = 'Constraint'

/** The constraints of a layer, by its configuration. */
export function constraintsOf(fields: Fields): Constraint[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    if (!field.endsWith(suffix) || value == null) return []
    const { className } = value as { className: string }
    return [{ field, role: field.slice(0, -suffix.length), className }]
  })
}
