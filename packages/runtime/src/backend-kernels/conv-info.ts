import { TreadleError } from '@treadle/core'
import { backend_util, util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'

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

/**
 * The kernels read as many pixels of dy as the convolution has.
 * @throws TreadleError `RUNTIME_BAD_SHAPE` if the gradient of the output does not have the output's shape
 */
export function checkGradient(
  operation: string,
  dy: TensorInfo,
  { outShape }: backend_util.Conv2DInfo,
): void {
  if (util.arraysEqual(dy.shape, outShape)) return
  throw new TreadleError(
    'RUNTIME_BAD_SHAPE',
    `Error in ${operation}: dy has the shape [${dy.shape.join()}], but the convolution's output has the shape [${outShape.join()}]. Pass a gradient of the output's shape, or to tf.conv2dTranspose an output shape whose convolution has the shape of its input.`,
  )
}
