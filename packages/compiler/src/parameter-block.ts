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

/** What decides how parameters are updated: the names of the slots, and the weight decay of each parameter. */
export interface UpdateRule {
  readonly slots: readonly string[]
  readonly decayOf: (parameter: Parameter) => number
}

/** Gives every parameter its storage, and every trained one a gradient and the slots of `rule`. */
export function placeParameters(
  parameters: readonly Parameter[],
  rule: UpdateRule = { slots: [], decayOf: () => 0 },
): ParameterBlock {
  const byUpdate = new Map<string, Parameter[]>()
  for (const parameter of parameters) {
    const { trained, parts, l1, l2 } = parameter
    const key = trained ? JSON.stringify([parts, l1, l2, rule.decayOf(parameter)]) : 'still'
    byUpdate.set(key, [...(byUpdate.get(key) ?? []), parameter])
  }
  const groups = [...byUpdate].map(([key, members]): Group => {
    const bytes = members.reduce((sum, { size }) => sum + 4 * size, 0)
    const weights = new Storage(`weights ${key}`, bytes, true)
    const trained = key !== 'still'
    const parts = members[0]?.parts ?? 1
    const gradients = trained ? new Storage(`gradients ${key}`, parts * bytes, true) : undefined
    const slots = trained ? rule.slots : []
    let offset = 0
    for (const parameter of members) {
      parameter.storage = new Storage(parameter.name, 4 * parameter.size, true, weights, offset)
      if (gradients) {
        parameter.gradient = new Storage(`d ${parameter.name}`, 4 * parameter.size, true, gradients, offset)
        parameter.part = bytes
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
