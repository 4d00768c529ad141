import type { Fields } from '../layers/fields.ts'

/** What a constraint does to a weight: limits its elements, or the norms along some of its axes. */
export type Projection =
  | { readonly kind: 'limits'; readonly least: number; readonly most: number }
  | {
      readonly kind: 'norms'
      /** The axes that a norm is taken along; negative ones count from the end. */
      readonly axes: readonly number[]
      readonly least: number
      readonly most: number
      /** Part of the way from a norm to its limit, in [0, 1]. */
      readonly rate: number
    }

/** What a layer projects one of its weights onto after each update. */
export interface Constraint {
  /** The field of the layer's configuration: 'kernelConstraint', … */
  readonly field: string
  /** The weight it applies to: 'kernel', 'bias', 'gamma', … */
  readonly role: string
  readonly className: string
  /** Absent for a class that is not one of Keras. */
  readonly projection: Projection | undefined
}

interface Settings {
  readonly axis?: number | readonly number[]
  readonly minValue?: number
  readonly maxValue?: number
  readonly rate?: number
}

const norms = (
  { axis = 0 }: Settings,
  limits: { least: number; most: number; rate?: number },
): Projection => ({ kind: 'norms', axes: [axis].flat(), rate: 1, ...limits })

const projections: Readonly<Record<string, (settings: Settings) => Projection>> = {
  MaxNorm: (settings) => norms(settings, { least: 0, most: settings.maxValue ?? 2 }),
  MinMaxNorm: (settings) => {
    const { minValue = 0, maxValue = 1, rate = 1 } = settings
    return norms(settings, { least: minValue, most: maxValue, rate })
  },
  NonNeg: () => ({ kind: 'limits', least: 0, most: Infinity }),
  UnitNorm: (settings) => norms(settings, { least: 1, most: 1 }),
}

const suffix = 'Constraint'

/** The constraints of a layer, by its configuration. */
export function constraintsOf(fields: Fields): Constraint[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    if (!field.endsWith(suffix) || value == null) return []
    const { className, config = {} } = value as { className: string; config?: Settings }
    const read = Object.hasOwn(projections, className) ? projections[className] : undefined
    return [{ field, role: field.slice(0, -suffix.length), className, projection: read?.(config) }]
  })
}
