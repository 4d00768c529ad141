import type { InstructionName, Operands } from '@treadle/kernels'
import { spread } from './layout.ts'
import type { Operation } from './schedule.ts'
import { Storage, type Reference } from './storage.ts'
import { shifted, type Place, type Value } from './value.ts'

/** Collects operations, and gives values and gradients their places. */
export class Emitter {
  readonly operations: Operation[] = []
  readonly batchSize: number
  /** Parts that every instruction is split into, whatever the number of threads. */
  readonly shards: number
  readonly training: boolean
  #layer = ''

  constructor(options: { batchSize: number; shards: number; training: boolean }) {
    this.batchSize = options.batchSize
    this.shards = options.shards
    this.training = options.training
  }

  /** Names what following operations belong to. */
  in(layer: string): void {
    this.#layer = layer
  }

  emit<Name extends InstructionName>(name: Name, operands: Operands<Name, Reference | number>): void {
    this.operations.push({ name, operands, layer: this.#layer })
  }

  /** Rows a shard has at most. */
  get rowsOfShard(): number {
    return Math.ceil(this.batchSize / this.shards)
  }

  storage(name: string, bytes: number, persistent = false): Storage {
    return new Storage(`${this.#layer}/${name}`, bytes, persistent)
  }

  /** Where a value lies; settles it at the first call. */
  place(value: Value): Place {
    if (value.place) return value.place
    if (value.home) value.place = shifted(this.place(value.home.value), value.home.offset)
    else if (value.producer.isView) {
      const input = value.producer.inputs[0] as Value
      const { base, row } = this.place(input)
      // Other lines of what lies in one stretch.
      value.place = { base, row: input.layout === value.layout ? row : 4 * value.layout.stride }
    } else value.place = this.#room(value, value.name)
    return value.place
  }

  #room(value: Value, name: string): Place {
    const { lines, stride } = value.layout
    const row = value.readAsStretch ? 4 * stride : spread(4 * stride)
    return { base: this.storage(name, this.batchSize * lines * row).at(), row }
  }

  /**
   * Where an operator is to put a gradient, and whether to add to what is there because another consumer came
   * before.
   */
  gradientTarget(value: Value): Place & { readonly accumulate: 0 | 1 } {
    if (value.gradient) return { ...value.gradient, accumulate: 1 }
    value.gradient = this.#room(value, `d ${value.name}`)
    return { ...value.gradient, accumulate: 0 }
  }

  /** Hands an output's gradient, or a part of it, on as it lies: nobody reads it any more. */
  passGradient(value: Value, from: Place): void {
    if (!value.gradient) value.gradient = from
    else this.copy(value, from, value.gradient, true)
  }

  /** Copies or adds what lies at one place to another of the same layout. */
  copy({ layout }: Value, from: Place, to: Place, accumulate: boolean): void {
    this.emit('activate', {
      kind: 0,
      x: from.base,
      xRow: from.row,
      y: to.base,
      yRow: to.row,
      width: layout.stride,
      lines: layout.lines,
      accumulate: accumulate ? 1 : 0,
    })
  }
}

/** The place of a value's gradient, which its consumers have settled. */
export function gradientOf(value: Value): Place {
  if (!value.gradient) throw new Error(`${value.name} has no gradient`)
  return value.gradient
}
