import { TreadleError } from '@treadle/core'
import { isCompletion, type Layer } from './layer.ts'

/** Classes of tfjs that ignore their `dilationRate`, by the function that makes a layer which has it. */
const makers: Readonly<Record<string, string>> = {
  Conv2DTranspose: 'conv2dTranspose',
  DepthwiseConv2D: 'depthwiseConv2d',
}

/**
 * Refuses a layer whose dilation tfjs ignores: tfjs would predict without it, and other programs with it.
 * @throws TreadleError `KERAS_IGNORED_DILATION`
 */
export function refuseIgnoredDilation(layer: Layer): void {
  const name = layer.getClassName()
  const maker = Object.hasOwn(makers, name) ? makers[name] : undefined
  if (maker === undefined || isCompletion(layer)) return
  const rate = [(layer as { dilationRate?: number | number[] }).dilationRate ?? 1].flat()
  if (rate.every((one) => one === 1)) return
  throw new TreadleError(
    'KERAS_IGNORED_DILATION',
    `layer \`${layer.name}\` (${name}) has \`dilationRate\` (=[${rate.join(', ')}]), which TensorFlow.js ignores. Make the layer with \`${maker}\` of @treadle/keras/extensions, or without \`dilationRate\`.`,
  )
}
