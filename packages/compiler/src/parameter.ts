import type { LayerVariable } from '@tensorflow/tfjs-layers'
import type { Storage } from './storage.ts'

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
  /** Parts of the gradient, which the update adds in order: one for each shard, or fewer. */
  readonly parts: number
  storage!: Storage
  /** Of the gradient: the first part, where there are several. */
  gradient!: Storage
  /** Bytes from one part of the gradient to the next. */
  part = 0

  constructor(options: {
    name: string
    variable: LayerVariable | undefined
    table: Int32Array
    size: number
    trained: boolean
    parts: number
    l1?: number
    l2?: number
  }) {
    this.name = options.name
    this.variable = options.variable
    this.table = options.table
    this.size = Math.ceil(options.size / 16) * 16
    this.trained = options.trained
    this.parts = options.parts
    this.l1 = options.l1 ?? 0
    this.l2 = options.l2 ?? 0
  }
}

/** A weight's values, row-major, from its packed form. */
export function unpacked({ table }: Pick<Parameter, 'table'>, packed: Float32Array): Float32Array {
  const values = new Float32Array(table.length)
  // A loop: `from` with a function takes many times as long.
  for (let i = 0; i < table.length; i++) values[i] = packed[table[i] as number] as number
  return values
}

/** Which weight of the model a parameter holds, and how it is trained. */
export interface WeightOptions {
  variable: Parameter['variable']
  trained: boolean
  l1?: number
  l2?: number
}
