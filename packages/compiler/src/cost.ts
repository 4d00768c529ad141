import { costOf } from '@treadle/kernels'
import type { Operation } from './schedule.ts'

/** Rough seconds an operation takes one core at 25 GFLOP/s and 40 GB/s: good enough to tell small from large. */
export function roughSeconds({ name, operands }: Operation, batchSize: number): number {
  const { flops, bytes } = costOf(name, operands, batchSize)
  return flops / 25e9 + bytes / 40e9
}
