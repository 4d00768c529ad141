import type { TextOptions } from '@treadle/report'
import type { Output } from '../context.ts'

/** Wider tables are hard to read. */
const MAX_WIDTH = 120

/** Options of the text renderers of @treadle/report for this output. */
export function textOptions({ colors, columns }: Output): TextOptions {
  return { colorLevel: colors.level as 0 | 1 | 2 | 3, width: Math.min(columns, MAX_WIDTH) }
}
