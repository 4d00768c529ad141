import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel, layers } from '@tensorflow/tfjs-layers'

/** The fields of tfjs's layers that hold other layers, and of its recurrent cells that hold masks of dropout. */
interface Holder {
  layers?: Holder[]
  layer?: Holder
  forwardLayer?: Holder
  backwardLayer?: Holder
  cell?: Holder
  cells?: Holder[]
  dropoutMask?: Tensor | Tensor[] | null
  recurrentDropoutMask?: Tensor | Tensor[] | null
}

/**
 * Frees the masks that recurrent cells with dropout keep after a call. tfjs frees them only in the next call of most
 * recurrent layers, and in the layer RNN never: then the next batch meets masks of another size.
 */
export function freeRecurrentMasks(holder: LayersModel | layers.Layer): void {
  visit(holder as Holder)
}

function visit(holder: Holder | undefined): void {
  if (!holder) return
  for (const field of ['dropoutMask', 'recurrentDropoutMask'] as const) {
    const masks = holder[field]
    if (!masks) continue
    // Without tfjs's function `dispose`: a page that only classifies does not load tfjs.
    for (const mask of Array.isArray(masks) ? masks : [masks]) mask.dispose()
    holder[field] = null
  }
  const { layers = [], layer, forwardLayer, backwardLayer, cell, cells = [] } = holder
  for (const inner of [...layers, layer, forwardLayer, backwardLayer, cell, ...cells]) visit(inner)
}
