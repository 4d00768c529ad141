import type { Preprocessing } from '@treadle/model'

/**
 * What a receiver must do to turn an image into the network's input, in words for a file's metadata. Undefined if the
 * metadata state no preprocessing.
 */
export function describeInput(metadata: Readonly<Record<string, unknown>>): string | undefined {
  const preprocessing = metadata['preprocessing'] as Partial<Preprocessing> | undefined
  if (typeof preprocessing !== 'object' || preprocessing === null) return undefined
  const {
    height,
    width,
    channels,
    invert,
    trim,
    fit,
    margin = 0,
    scale = 1 / 255,
    offset = 0,
  } = preprocessing
  const size = `${height} × ${width}`
  const inside = margin > 0 ? `, with ${margin} pixels of padding on each side` : ''
  const steps = [
    channels === 1
      ? 'convert the image to grey: 0.299 R + 0.587 G + 0.114 B'
      : 'take red, green and blue as the channels',
    trim &&
      `unless the image has ${size} pixels, remove margins of one colour (within 5 % of the border's mean)`,
    fit === 'stretch'
      ? `resize it to ${size} pixels by area average${inside}`
      : `fit it into ${size} pixels by area average with its proportions kept, centred, padded with the border's mean colour${inside}`,
    invert === 'auto' && "invert it (255 − pixel) if its border's mean is over 127.5",
    invert === true && 'invert it (255 − pixel)',
    `input = pixel · ${scale} + ${offset}, with pixels from 0 to 255`,
  ].filter((step) => typeof step === 'string')
  return `To prepare an image: ${steps.map((step, index) => `${index + 1}. ${step}`).join('; ')}.`
}
