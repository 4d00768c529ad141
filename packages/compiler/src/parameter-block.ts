import type { Parameter } from './parameter.ts'
import { Storage } from './storage.ts'

/** Parameters that one update instruction can take at once, laid end to end. */
export interface Group {
  readonly parameters: Parameter[]
  readonly weights: Storage
  readonly slots: Readonly<Record<string, Storage>>
  readonly gradients: Storage | undefined
  readonly bytes: number
}

/** All weights of the program, their gradients and slots. Trained ones are grouped by how they are updated. */
export interface ParameterBlock {
  readonly groups: readonly Group[]
  readonly storages: readonly Storage[]
}

/** What decides how parameters are updated: the names of the slots, and the settings of each parameter. */
export interface UpdateRule {
  readonly slots: readonly string[]
  /** Parameters of different settings have groups of their own. */
  readonly settingsOf: (parameter: Parameter) => unknown
}

/** Gives every parameter its storage, and every trained one a gradient and the slots of `rule`. */
export function placeParameters(
  parameters: readonly Parameter[],
  rule: UpdateRule = { slots: [], settingsOf: () => undefined },
): ParameterBlock {
  const byUpdate = new Map<string, Parameter[]>()
  for (const parameter of parameters) {
    const { trained, gradientParts, l1, l2, calls } = parameter
    const shared = calls.length > 1 ? [calls.length] : []
    const key = trained
      ? JSON.stringify([gradientParts, l1, l2, rule.settingsOf(parameter), ...shared])
      : 'still'
    byUpdate.set(key, [...(byUpdate.get(key) ?? []), parameter])
  }
  const groups = [...byUpdate].map(([key, members]): Group => {
    const bytes = members.reduce((sum, { size }) => sum + 4 * size, 0)
    const weights = new Storage(`weights ${key}`, bytes, true)
    const trained = key !== 'still'
    const { parts, gradientParts } = members[0] as Parameter
    const gradients = trained ? new Storage(`gradients ${key}`, gradientParts * bytes, true) : undefined
    const slots = trained ? rule.slots : []
    let offset = 0
    for (const parameter of members) {
      parameter.storage = new Storage(parameter.name, 4 * parameter.size, true, weights, offset)
      if (gradients) {
        parameter.calls.forEach((call, i) => {
          const at = i * parts * bytes + offset
          call.gradient = new Storage(`d ${call.name}`, 4 * call.size, true, gradients, at)
          call.part = bytes
        })
      }
      offset += 4 * parameter.size
    }
    return {
      parameters: members,
      weights,
      gradients,
      bytes,
      slots: Object.fromEntries(slots.map((name) => [name, new Storage(`${name} ${key}`, bytes, true)])),
    }
  })
  const storages = groups.flatMap(({ weights, gradients, slots }) => [
    weights,
    ...(gradients ? [gradients] : []),
    ...Object.values(slots),
  ])
  return { groups, storages }
}
