import type { LayerVariable } from '@tensorflow/tfjs-layers'
import { UnsupportedModelError } from './errors.ts'
import type { Storage } from './storage.ts'
import type { WeightRules } from './weight-rules.ts'

/** A weight of the model as the program holds it: packed and padded. */
export class Parameter {
  readonly name: string
  /** Absent where the model has none and the program needs one: then it begins as zeros. */
  readonly variable: LayerVariable | undefined
  /** Where each element (row-major) lies in the packed form, in floats. */
  readonly table: Int32Array
  /** Floats of the packed form. */
  readonly size: number
  readonly trained: boolean
  readonly l1: number
  readonly l2: number
  readonly projection: WeightRules['projection']
  /** Parts of the gradient of one call, which the update adds in order: one for each shard, or fewer. */
  readonly parts: number
  /** The parameters of one weight, in the order of the calls of its layer: this one alone unless the layer is shared. */
  calls: readonly Parameter[] = [this]
  #storage: Storage | undefined
  /** Of the gradient: the first part, where there are several. */
  gradient!: Storage
  /** Bytes from one part of the gradient to the next. */
  part = 0

  constructor(options: WeightOptions & { name: string; table: Int32Array; size: number; parts: number }) {
    this.name = options.name
    this.variable = options.variable
    this.table = options.table
    this.size = Math.ceil(options.size / 16) * 16
    this.trained = options.trained
    this.parts = options.parts
    this.l1 = options.l1 ?? 0
    this.l2 = options.l2 ?? 0
    this.projection = options.projection
  }

  /** The parameter of the layer's first call, which holds the weight for all calls. */
  get first(): Parameter {
    return this.calls[0] as Parameter
  }

  /** Parts of the gradient of all calls. */
  get gradientParts(): number {
    return this.calls.length * this.parts
  }

  get hasStorage(): boolean {
    return this.first.#storage !== undefined
  }

  get storage(): Storage {
    return this.first.#storage as Storage
  }

  set storage(storage: Storage) {
    this.first.#storage = storage
  }
}

/**
 * Joins the parameters of a weight that several calls of a layer use.
 * @returns one parameter for each weight
 * @throws UnsupportedModelError if two calls pack the weight differently
 */
export function joinCalls(parameters: readonly Parameter[]): Parameter[] {
  const byWeight = new Map<unknown, Parameter[]>()
  for (const parameter of parameters) {
    const key = parameter.variable?.id ?? parameter
    byWeight.set(key, [...(byWeight.get(key) ?? []), parameter])
  }
  return [...byWeight.values()].map((calls) => {
    const [first] = calls as [Parameter]
    for (const call of calls) {
      if (!samePacking(first, call)) {
        throw new UnsupportedModelError(
          `the calls of its layer need the weight \`${first.name}\` in different layouts`,
          first.name.slice(0, first.name.lastIndexOf('/')),
        )
      }
      call.calls = calls
    }
    return first
  })
}

function samePacking(a: Parameter, b: Parameter): boolean {
  return (
    a === b ||
    (a.size === b.size &&
      a.parts === b.parts &&
      a.table.length === b.table.length &&
      a.table.every((position, i) => position === b.table[i]))
  )
}

/** A weight's values, row-major, from its packed form. */
export function unpacked({ table }: Pick<Parameter, 'table'>, packed: Float32Array): Float32Array {
  const values = new Float32Array(table.length)
  // A loop: `from` with a function takes many times as long.
  for (let i = 0; i < table.length; i++) values[i] = packed[table[i] as number] as number
  return values
}

/** Which weight of the model a parameter holds, and how it is trained. */
export interface WeightOptions extends Partial<WeightRules> {
  readonly variable: LayerVariable | undefined
  readonly trained: boolean
}
