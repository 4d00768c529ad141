import { show, TreadleError } from '@treadle/core'
import type { LayerNode } from './graph.ts'

/**
 * Refuses a layer without output values. tfjs builds one where a window is larger than the map, and such a network trains
 * without the map.
 * @throws TreadleError `KERAS_EMPTY_OUTPUT`
 */
export function refuseEmptyOutput({ name, className, inputShapes, outputShapes }: LayerNode): void {
  if (outputShapes.flat().some((size) => (size ?? 1) < 1))
    throw new TreadleError(
      'KERAS_EMPTY_OUTPUT',
      `layer \`${name}\` (${className}) makes of ${show(inputShapes)} the empty ${show(outputShapes)}. Use smaller windows, or padding 'same'.`,
    )
}
