import { TreadleError } from '@treadle/core'
import { backend_util } from '@tensorflow/tfjs-core'

export interface ConvAttributes {
  readonly strides: [number, number] | number
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding
  readonly dilations?: [number, number] | number | null
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  readonly dataFormat?: 'NHWC' | 'NCHW'
}

/**
 * Computes the sizes of a convolution of images in NHWC layout.
 *
 * @param inputShape [batch, height, width, channels]
 * @param filterShape [height, width, channels, output channels or, if `depthwise`, multiplier]
 * @throws TreadleError `RUNTIME_BAD_LAYOUT` for NCHW
 */
export function convInfo(
  operation: string,
  inputShape: number[],
  filterShape: number[],
  { strides, pad, dilations, dimRoundingMode, dataFormat }: ConvAttributes,
  depthwise: boolean,
): backend_util.Conv2DInfo {
  if (dataFormat === 'NCHW') {
    throw new TreadleError(
      'RUNTIME_BAD_LAYOUT',
      `${operation} does not support the layout NCHW, only NHWC. Transpose the images with tf.transpose(x, [0, 2, 3, 1]).`,
    )
  }
  return backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
    'channelsLast',
  )
}
