import type { TextOptions } from '@treadle/report'
import type { Output } from '../context.ts'

/** Tables wider than this are harder to read, not easier. */
const MAX_WIDTH = 120

/** How @treadle/metrics is to draw for this output. */
export function textOptions({ colors, columns }: Output): TextOptions {
  return { colorLevel: colors.level as 0 | 1 | 2 | 3, width: Math.min(columns, MAX_WIDTH) }
}
