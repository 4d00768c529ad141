import type { KernelMemory } from '@treadle/kernels'
import type { AffineOperator, Weights } from './operators/affine.ts'
import type { Operator } from './operator.ts'
import { unpacked } from './parameter.ts'
import type { Storage } from './storage.ts'

type WithTables = Pick<Operator, 'tables'>

const tablesOf = (operators: readonly WithTables[]) => operators.flatMap(({ tables = [] }) => tables)

/** Writes the tables that copies go by. */
export function fillTables({ memory }: KernelMemory, operators: readonly WithTables[]): void {
  for (const { storage, contents } of tablesOf(operators))
    new Int32Array(memory.buffer, storage.address, contents.length).set(contents)
}

fillTables.storages = (operators: readonly WithTables[]): Storage[] =>
  tablesOf(operators).map(({ storage }) => storage)

/** Computes scale and shift of normalizations that do not follow the batch from their weights. */
export function fillAffines({ memory }: KernelMemory, operators: readonly AffineOperator[]): void {
  const read: Weights = (parameter) =>
    unpacked(parameter, new Float32Array(memory.buffer, parameter.storage.address, parameter.size))
  for (const { affineOf, positions, width, affine } of operators) {
    if (!affine) continue
    const { scale, shift } = affineOf(read)
    const out = new Float32Array(memory.buffer, affine.address, 2 * width)
    positions.forEach((position, j) => {
      out[position] = scale[j] as number
      out[width + position] = shift[j] as number
    })
  }
}
