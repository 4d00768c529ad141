import type { KernelMemory } from '@treadle/kernels'
import type { AffineOperator } from './operators/batch-normalization.ts'
import type { Operator } from './operator.ts'
import type { Parameter } from './parameter.ts'
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

/** Computes scale and shift of standing normalisations from their weights, in float64. */
export function fillAffines({ memory }: KernelMemory, operators: readonly AffineOperator[]): void {
  for (const { weights, width, affine, epsilon } of operators) {
    if (!affine) continue
    const read = (parameter: Parameter | undefined) =>
      parameter && new Float32Array(memory.buffer, parameter.storage.address, parameter.size)
    const gamma = read(weights.gamma)
    const beta = read(weights.beta)
    const mean = read(weights.movingMean) as Float32Array
    const variance = read(weights.movingVariance) as Float32Array
    const out = new Float32Array(memory.buffer, affine.address, 2 * width)
    for (const j of weights.movingMean.table) {
      const scale = (gamma ? (gamma[j] as number) : 1) / Math.sqrt((variance[j] as number) + epsilon)
      out[j] = scale
      out[width + j] = (beta ? (beta[j] as number) : 0) - (mean[j] as number) * scale
    }
  }
}
