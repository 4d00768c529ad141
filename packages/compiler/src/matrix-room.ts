import { indexInWeight, type MatrixOperands } from '@treadle/optim'
import type { Emitter } from './emitter.ts'
import type { Operator } from './operator.ts'
import type { Parameter } from './parameter.ts'
import type { Reference } from './storage.ts'

type Matrix = Pick<MatrixOperands<Reference>, 'height' | 'width' | 'transposed'>

/** Room for the update of a parameter as a matrix, and the table of where its elements lie. */
export function matrixRoom(
  emit: Emitter,
  { name, table }: Parameter,
  matrix: Matrix,
): {
  room: Omit<MatrixOperands<Reference>, keyof Matrix>
  table: Required<Operator>['tables'][number]
} {
  const { height, width } = matrix
  const stride = 4 * Math.ceil(width / 4)
  const contents = Int32Array.from(
    { length: height * width },
    (_, i) => table[indexInWeight(matrix, Math.floor(i / width), i % width)] as number,
  )
  const positions = emit.storage(`matrix of ${name}`, contents.byteLength, true)
  const part = (what: string, rows: number) => emit.storage(`${what} of ${name}`, 4 * rows * stride).at()
  return {
    table: { storage: positions, contents },
    room: {
      stride,
      table: positions.at(),
      x: part('x', height),
      next: part('next x', height),
      squares: part('squares', width),
      polynomial: part('polynomial', width),
      norms: emit.storage(`norms of ${name}`, 8 * emit.shards).at(),
      normCount: emit.shards,
    },
  }
}
