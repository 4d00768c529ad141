import type { Padding } from '@treadle/keras'

/**
 * How far the first window lies before the map along one axis.
 * @param options `window` is the extent of the window in pixels, dilation included
 */
export function windowBefore({
  input,
  output,
  window,
  stride,
  padding,
}: {
  input: number
  output: number
  window: number
  stride: number
  padding: Padding
}): number {
  if (padding === 'valid') return 0
  if (padding === 'causal') return window - 1
  // TensorFlow's 'same': the odd pixel comes after the map.
  return Math.floor(Math.max(0, (output - 1) * stride + window - input) / 2)
}
