import type { InstructionName } from '@treadle/kernels'
import type { Operation } from './schedule.ts'

/** What an instruction takes a step with `rows` rows: arithmetic, and bytes it reads and writes. */
export interface Cost {
  /** Its dimensions, for people. */
  readonly shape: string
  readonly flops: number
  readonly bytes: number
}

/** Operations and vectors of 16 bytes touched for each float of a line, for instructions that walk lines. */
const perFloat: Partial<Record<InstructionName, readonly [flops: number, floats: number]>> = {
  gatherBytes: [3, 1.25],
  gatherFloats: [0, 2],
  scatterRows: [0, 2],
  batchStatistics: [4, 2],
  normalize: [3, 2],
  batchGradients: [4, 2],
  normalizeBackward: [5, 3],
  scaleShift: [2, 2],
  applyMask: [2, 2.5],
  activate: [1, 2],
  activateBackward: [1, 3],
  softmax: [25, 4],
  softmaxBackward: [4, 5],
  add: [1, 3],
  sumColumns: [1, 1],
}

export function costOf({ name, operands }: Operation, rows: number): Cost {
  const o = operands as unknown as Record<string, number>
  const n = (key: string) => o[key] as number
  const lines = rows * (o['lines'] ?? 1)
  const simple = perFloat[name]
  if (simple) {
    const floats = lines * n('width')
    return { shape: `${lines}×${n('width')}`, flops: simple[0] * floats, bytes: 4 * simple[1] * floats }
  }
  switch (name) {
    case 'gemm': {
      const columns = n('columns') * n('groups')
      return { shape: `${lines}×${n('k')} · ${n('k')}×${columns}`, ...productCost(lines, n('k'), columns) }
    }
    case 'gemmTransposed':
      return {
        shape: `${lines}×${n('k')} · (${n('columns')}×${n('k')})ᵀ`,
        ...productCost(lines, n('k'), n('columns')),
      }
    case 'gemmOverRows':
      return {
        shape: `(${lines}×${n('m')})ᵀ · ${lines}×${n('columns')}`,
        ...productCost(n('m'), lines, n('columns')),
      }
    case 'transpose':
      return { shape: `${n('k')}×${n('columns')}`, flops: 0, bytes: 8 * n('k') * n('columns') }
    case 'drawMask':
      // Seven rounds of 22 operations for 32 elements.
      return { shape: `${rows}×${n('size')}`, flops: 5 * rows * n('size'), bytes: 2 * rows * n('size') }
    case 'relayout':
      return { shape: `${rows}×${n('count')}`, flops: 0, bytes: 12 * rows * n('count') }
    case 'adam':
      return {
        shape: `${n('count')}`,
        flops: (14 + n('parts')) * n('count'),
        bytes: 4 * (6 + n('parts')) * n('count'),
      }
    case 'sgd':
      return {
        shape: `${n('count')}`,
        flops: (4 + n('parts')) * n('count'),
        bytes: 4 * (4 + n('parts')) * n('count'),
      }
    case 'joinGradient':
      return {
        shape: `${n('count')}`,
        flops: (4 + n('parts')) * n('count'),
        bytes: 4 * (2 + n('parts')) * n('count'),
      }
    case 'penalty':
    case 'clipGradient':
      return { shape: `${n('count')}`, flops: 3 * n('count'), bytes: 8 * n('count') }
    case 'finishLoss':
      return { shape: '', flops: 0, bytes: 0 }
    default:
      // Losses: an exponential in float64 takes some forty operations, and is taken twice.
      return { shape: `${rows}×${n('units')}`, flops: 90 * rows * n('units'), bytes: 8 * rows * n('units') }
  }
}

function productCost(m: number, k: number, n: number): { flops: number; bytes: number } {
  return { flops: 2 * m * k * n, bytes: 4 * (m * k + k * n + m * n) }
}

/** Rough seconds on one core: 25 GFLOP/s, 40 GB/s. Good for telling the small from the large. */
export function roughSeconds({ flops, bytes }: Cost): number {
  return flops / 25e9 + bytes / 40e9
}
