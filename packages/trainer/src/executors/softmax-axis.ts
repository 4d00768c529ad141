import { isCompletion, type LayerNode } from '@treadle/keras'

/**
 * Why no executor trains a layer Softmax of tfjs's own class along another axis than the last: tfjs throws in a call. Its
 * default axis is 1, where Keras's is the last, so the axis may not be meant.
 */
export function softmaxReason({ config, layer, outputShapes: [shape = []] }: LayerNode): string | undefined {
  if (config.kind !== 'Softmax' || config.axis === -1 || config.axis === shape.length) return undefined
  if (isCompletion(layer)) return undefined
  return `\`axis\` (=${config.axis}) must be the last for TensorFlow.js: make the layer with \`softmax\` of @treadle/keras/extensions`
}
