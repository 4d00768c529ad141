import type { Emitter } from './emitter.ts'
import { product } from './layout.ts'
import type { Operator } from './operator.ts'
import type { Parameter } from './parameter.ts'
import type { ParameterBlock } from './parameter-block.ts'

/**
 * Emits the constraints of trained weights, which follow the update, as in Keras.
 * @returns the tables of what the instructions read
 */
export function emitConstraints(
  emit: Emitter,
  { groups }: ParameterBlock,
): Required<Pick<Operator, 'tables'>> {
  const tables: Required<Operator>['tables'][number][] = []
  emit.in('update')
  for (const parameter of groups.flatMap(({ parameters }) => parameters)) {
    const { projection, storage, size, trained } = parameter
    if (!projection || !trained) continue
    const weights = storage.at()
    const { least, most } = projection
    if (projection.kind === 'limits') {
      emit.emit('clipWeights', { weights, count: size, least, most })
      continue
    }
    const { table, size: terms } = normTable(parameter, projection.axes)
    const positions = emit.storage(`norms of ${parameter.name}`, table.byteLength, true)
    tables.push({ storage: positions, contents: table })
    emit.emit('constrainNorms', {
      weights,
      table: positions.at(),
      groups: table.length / terms,
      size: terms,
      least,
      most,
      rate: projection.rate,
    })
  }
  return { tables }
}

/** The positions of a weight's elements, with those of one norm after each other. */
function normTable(
  { table, variable }: Parameter,
  axes: readonly number[],
): { table: Int32Array; size: number } {
  const shape = (variable?.shape ?? []).map((one) => one ?? 1)
  const along = new Set(axes.map((axis) => (axis < 0 ? axis + shape.length : axis)))
  const order = [...shape.keys()].sort((a, b) => Number(along.has(a)) - Number(along.has(b)))
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)))
  const size = product(shape.filter((_, axis) => along.has(axis)))
  const positions = Int32Array.from(table, (_, i) => {
    let element = 0
    let rest = i
    for (const axis of order.toReversed()) {
      const length = shape[axis] as number
      element += (rest % length) * (strides[axis] as number)
      rest = Math.floor(rest / length)
    }
    return table[element] as number
  })
  return { table: positions, size }
}
