import type { Emitter } from './emitter.ts'
import type { Value } from './value.ts'

const layerOf = (index: number): string => `output ${index + 1}`

/** Emits the copy of value `index` of those that leave the program, row-major and unpadded; see `pointScatter`. */
export function emitScatter(emit: Emitter, value: Value, index: number): void {
  emit.in(layerOf(index))
  const { base, row } = emit.viewOf(value)
  const { rows, width } = value.layout
  emit.emit('scatterRows', { source: base, target: 0, lines: rows, width, row })
}

/** Which of the values that leave the program an operation copies. */
export function scatterIndex({ layer }: { readonly layer: string }): number {
  return Number(layer.slice('output '.length)) - 1
}
