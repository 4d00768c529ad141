import type { Confusion } from '@treadle/metrics'
import { countText } from './format-number.ts'

/** A confusion in words: `Shirt taken for T-shirt/top: 161 times`. */
export function describeConfusion({ actualName, predictedName, count }: Confusion): string {
  return `${actualName} taken for ${predictedName}: ${countText(count)} ${count === 1 ? 'time' : 'times'}`
}
